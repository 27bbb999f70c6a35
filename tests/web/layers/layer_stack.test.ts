import { expect, test } from "vitest";
import type { Layer, LayerId } from "../../../web/layers/layer.ts";
import { LayerStack } from "../../../web/layers/layer_stack.ts";
import type { LayerView } from "../../../web/shared/api.ts";
import type { ManifestFrame } from "../../../web/shared/manifest.ts";

const frame = {} as ManifestFrame;
const view = { frame } as LayerView;
function stackOf(...ids: LayerId[]) {
  const drawn: string[] = [];
  let changes = 0;
  const layers = ids.map((id): Layer => ({
    id,
    label: "layers.heading",
    has: () => true,
    problem: () => null,
    draw: () => drawn.push(id),
    dispose: () => undefined,
  }));
  const context = {
    save: () => drawn.push("save"),
    restore: () => drawn.push("restore"),
  } as unknown as CanvasRenderingContext2D;
  const stack = new LayerStack(layers, () => changes++);
  return { stack, drawn, context, changes: () => changes };
}

test("layers are drawn the lowest first, each with a state of its own", () => {
  const { stack, drawn, context } = stackOf("shutter", "annotations");
  stack.draw(context, view, stack.shownOf(frame));
  expect(drawn).toEqual(["save", "shutter", "restore", "save", "annotations", "restore"]);
});
test("one that is switched off is not drawn, and stays in the list", () => {
  const { stack, changes } = stackOf("shutter", "annotations");
  stack.toggle("shutter");
  expect(stack.shownOf(frame).map(({ id }) => id)).toEqual(["annotations"]);
  expect(stack.of(frame).map(({ id }) => id)).toEqual(["shutter", "annotations"]);
  stack.toggle("shutter");
  expect(stack.isShown("shutter")).toBe(true);
  expect(changes()).toBe(2);
});
test("all go and come back at once, each as it was", () => {
  const { stack } = stackOf("shutter", "overlayGraphics", "annotations");
  stack.toggle("overlayGraphics");
  stack.toggleAll();
  expect(stack.shownOf(frame)).toEqual([]);
  stack.toggleAll();
  expect(stack.shownOf(frame).map(({ id }) => id)).toEqual(["shutter", "annotations"]);
});
test("of hidden ones the one that is chosen comes back alone", () => {
  const { stack } = stackOf("shutter", "annotations");
  stack.toggleAll();
  stack.toggle("annotations");
  expect(stack.shownOf(frame).map(({ id }) => id)).toEqual(["annotations"]);
});
