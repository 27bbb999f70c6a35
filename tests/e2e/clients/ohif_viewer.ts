// What OHIF's viewer page says of itself, through the services that it leaves in its window.
import type { Page } from "playwright-core";

/** One entry of OHIF's study panel. */
export interface DisplaySet {
  id: string;
  series: string;
  modality: string;
  /** frames that it says it has */
  images: number;
  /** whether it is drawn as a stack of pictures */
  isStack: boolean;
}
/** A picture as it was drawn. */
export interface Drawn {
  imageId: string;
  /** of the grey scale, in modality units; null of colour */
  range: { lower: number; upper: number } | null;
  isInverted: boolean;
  /** column and row of the image, and the red, green and blue there */
  points: [col: number, row: number, red: number, green: number, blue: number][];
}

interface OhifSet {
  displaySetInstanceUID: string;
  SeriesInstanceUID: string;
  Modality: string;
  numImageFrames?: number;
  SOPClassHandlerId: string;
}
interface StackViewport {
  id: string;
  type: string;
  viewportStatus: string;
  canvas: HTMLCanvasElement;
  getCurrentImageId?(): string | undefined;
  getProperties(): { voiRange?: { lower: number; upper: number }; invert?: boolean };
  canvasToWorld(point: [number, number]): number[];
}
interface OhifWindow {
  services: {
    displaySetService: { getActiveDisplaySets(): OhifSet[] };
    viewportGridService: {
      getActiveViewportId(): string;
      setDisplaySetsForViewport(of: { viewportId: string; displaySetInstanceUIDs: string[] }): void;
    };
  };
  cornerstone: {
    getEnabledElements(): { viewport: StackViewport }[];
    metaData: { get(type: string, imageId: string): { samplesPerPixel?: number } | undefined };
    utilities: { worldToImageCoords(imageId: string, world: number[]): [number, number] };
  };
}

/** Opens studies beside each other; their display sets, once there are as many as they have series. */
export async function openStudies(
  page: Page,
  origin: string,
  studies: readonly string[],
  series: number,
): Promise<DisplaySet[]> {
  await page.goto(`${origin}/viewer?StudyInstanceUIDs=${studies.join()}`);
  const sets = await page.waitForFunction(
    (least) => {
      const { services } = window as unknown as Partial<OhifWindow>;
      const all = services?.displaySetService.getActiveDisplaySets() ?? [];
      if (new Set(all.map((set) => set.SeriesInstanceUID)).size < least) return null;
      return all.map((set) => ({
        id: set.displaySetInstanceUID,
        series: set.SeriesInstanceUID,
        modality: set.Modality,
        images: set.numImageFrames ?? 0,
        isStack: set.SOPClassHandlerId.endsWith("sopClassHandlerModule.stack"),
      }));
    },
    series,
    { timeout: 60_000 },
  );
  return (await sets.jsonValue()) ?? [];
}

/** Shows a display set and reads its canvas at a grid of points. */
export async function draw(page: Page, set: DisplaySet): Promise<Drawn> {
  await page.evaluate((id) => {
    const { viewportGridService } = (window as unknown as OhifWindow).services;
    viewportGridService.setDisplaySetsForViewport({
      viewportId: viewportGridService.getActiveViewportId(),
      displaySetInstanceUIDs: [id],
    });
  }, set.id);
  const drawn = await page.waitForFunction(
    (series) => {
      const { cornerstone } = window as unknown as OhifWindow;
      for (const { viewport } of cornerstone.getEnabledElements()) {
        const imageId = viewport.getCurrentImageId?.();
        if (imageId === undefined || !imageId.includes(`/series/${series}/`)) continue;
        if (viewport.viewportStatus !== "rendered") continue;
        const { canvas } = viewport;
        const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height);
        if (!pixels) continue;
        const { voiRange, invert } = viewport.getProperties();
        const isColor =
          (cornerstone.metaData.get("imagePixelModule", imageId)?.samplesPerPixel ?? 1) > 1;
        const points: [number, number, number, number, number][] = [];
        const ratio = canvas.width / canvas.clientWidth;
        for (let y = 4; y < canvas.height; y += canvas.height / 48)
          for (let x = 4; x < canvas.width; x += canvas.width / 48) {
            const [px, py] = [Math.floor(x), Math.floor(y)];
            const world = viewport.canvasToWorld([(px + 0.5) / ratio, (py + 0.5) / ratio]);
            const [col, row] = cornerstone.utilities.worldToImageCoords(imageId, world);
            const at = (py * canvas.width + px) * 4;
            const [red = 0, green = 0, blue = 0] = pixels.data.subarray(at, at + 3);
            points.push([col, row, red, green, blue]);
          }
        if (new Set(points.map((point) => point[2])).size < 3) continue; // not drawn yet
        return {
          imageId,
          range: isColor ? null : (voiRange ?? null),
          isInverted: invert ?? false,
          points,
        };
      }
      return null;
    },
    set.series,
    { timeout: 60_000, polling: 100 },
  );
  const result = await drawn.jsonValue();
  if (result === null) throw new Error(`${set.modality} was not drawn`);
  return result;
}
