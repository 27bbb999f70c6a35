/** 0 … 1 each. */
export type MeshColor = readonly [red: number, green: number, blue: number];
