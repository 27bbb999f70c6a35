import type { Presentation, PresentedFrame, ViewerController } from "../shared/api.ts";
import type { ManifestFrame, ManifestInstance, Window } from "../shared/manifest.ts";
import { isLayerObject, isPresentationState } from "../shared/sop_class.ts";
import { AnnotationLayer, colorOfLayer } from "./annotation_layer.ts";
import { BlendLayer, placeBlend, type PlacedBlend } from "./blend_layer.ts";
import type { Blend } from "./blending.ts";
import { BulkLayer } from "./bulk_layer.ts";
import { ContourLayer } from "./contour_layer.ts";
import { LayerCanvas } from "./layer_canvas.ts";
import { LayerStack } from "./layer_stack.ts";
import { MarkLayer, type MarkHit } from "./mark_layer.ts";
import { boundsOf, revealed } from "./mark_view.ts";
import { ObjectFrames } from "./object_frames.ts";
import { largestAt, middleOf } from "./object_pictures.ts";
import type { ObjectView } from "./object_view.ts";
import { refusalOf, type Refusal } from "./object_refusal.ts";
import { OverlayLayer } from "./overlay_layer.ts";
import { OverlaySource } from "./overlay_source.ts";
import { appliesTo, type PresentationState } from "./presentation_state.ts";
import { presentedFrame } from "./presented_frame.ts";
import { SegmentLayer } from "./segment_layer.ts";
import { ShutterLayer, type ShownShutter } from "./shutter_layer.ts";
import { StudyObjects } from "./study_objects.ts";
import { StudyPresentations } from "./study_presentations.ts";
import { Subtraction } from "./subtraction.ts";
import { ValueLayer } from "./value_layer.ts";

/** All that lies over the picture of a viewer: what can be shown, what is, and who draws it. Fetched after the first picture. */
export class Layers {
  readonly stack: LayerStack;
  readonly presentations: StudyPresentations;
  readonly subtraction: Subtraction;
  /** segmentations, structure sets, doses, parametric maps */
  readonly objects: StudyObjects;
  /** of these doses and maps */
  readonly values: ValueLayer;
  /** of a blending presentation state */
  readonly blended: BlendLayer;
  readonly #viewer: ViewerController;
  readonly #canvas: LayerCanvas;
  readonly #listeners = new Set<() => void>();
  readonly #endFollow: () => void;
  readonly #frames: ObjectFrames;
  readonly #segments: SegmentLayer;
  readonly #marks: MarkLayer;
  readonly #bulk: BulkLayer;
  #revision = "";
  #chosen: PresentationState | null = null;

  constructor(viewer: ViewerController) {
    this.#viewer = viewer;
    const tell = (): void => {
      this.#tell();
    };
    const source = new OverlaySource(() => viewer.layerSource, tell);
    const planes = {
      own: (frame: ManifestFrame) => this.#ownPlanes(frame),
      added: (frame: ManifestFrame) => this.#addedPlanes(frame),
      colorOf: (frame: ManifestFrame, group: number) => {
        const state = this.#stateOf(frame);
        return state === null ? null : colorOfLayer(state, state.activated.get(group) ?? "");
      },
      orderOf: (frame: ManifestFrame, group: number) => {
        const state = this.#stateOf(frame);
        return state?.layers.get(state.activated.get(group) ?? "")?.order ?? 0;
      },
    };
    this.#frames = new ObjectFrames((frame) => viewer.decode(frame));
    this.objects = new StudyObjects(() => viewer.layerSource, tell);
    const shown = (): readonly ObjectView[] => this.objects.shown;
    this.#segments = new SegmentLayer(shown, this.#frames, tell);
    this.values = new ValueLayer(shown, this.#frames, tell);
    this.blended = new BlendLayer(this.#frames, tell);
    this.#marks = new MarkLayer(shown);
    this.#bulk = new BulkLayer(shown);
    this.stack = new LayerStack(
      [
        this.blended,
        this.values,
        this.#segments,
        new ContourLayer(shown),
        this.#bulk,
        this.#marks,
        new ShutterLayer((frame) => this.#shutter(frame)),
        new OverlayLayer(true, source, planes),
        new OverlayLayer(false, source, planes),
        new AnnotationLayer((frame) => this.#stateOf(frame)),
      ],
      tell,
    );
    this.subtraction = new Subtraction(viewer, tell);
    this.presentations = new StudyPresentations(() => viewer.layerSource, tell);
    this.#canvas = new LayerCanvas(viewer.active.canvas, this.stack);
    viewer.active.useLayers(this.#canvas);
    this.#endFollow = viewer.subscribe(() => {
      this.#follow();
    });
    this.#follow();
  }
  /** The presentation state that is applied to the pictures it is about. */
  get chosen(): PresentationState | null {
    return this.#chosen;
  }
  /** Shows the pictures as the state wants, or as they say themselves. A state that is not about the picture that is shown
   *  brings its first one. */
  choose(state: PresentationState | null): void {
    this.#chosen = state;
    const { active, manifest } = this.#viewer;
    this.subtraction.follow(state);
    active.present(state === null ? null : presentationOf(state, this.#profileOf(state)));
    const isShown = active.shown !== null && state !== null && appliesTo(state, active.shown);
    if (state !== null && !isShown) {
      const first = manifest?.frames.find((frame) => appliesTo(state, frame));
      if (first !== undefined) this.#goTo(first);
    }
    this.#tell();
  }
  /** Lays the superimposed pictures of a blending state over its underlying ones, and brings one of these unless it is shown.
   *  False: they are not here, or nothing says where they lie. */
  blend(blend: Blend): boolean {
    const { active, manifest } = this.#viewer;
    const placed = manifest === null ? null : placeBlend(blend, manifest);
    if (placed === null) return false;
    this.blended.show(placed);
    const over = [...placed.underlying].filter((frame) => this.blended.has(frame));
    const middle = over[over.length >> 1];
    if (middle === undefined) {
      this.blended.show(null);
      return false;
    }
    if (active.shown === null || !this.blended.has(active.shown)) this.#goTo(middle);
    const window = windowOf(placed, middle);
    if (window !== null)
      active.set({ windowCenter: window.center, windowWidth: window.width, voiLut: null });
    return true;
  }
  /** Switches an object on, and brings a picture that it lies over unless one is shown; a presentation state is applied.
   *  null: done; else why not. */
  async openObject(instance: ManifestInstance): Promise<Refusal | null> {
    if (isPresentationState(instance.sopClassUID)) return this.#openState(instance);
    const { view = null, error = null } = (await this.objects.find(instance)) ?? {};
    if (view === null) return error?.code ?? "pending";
    this.#retry();
    const { shown, series } = this.#viewer.active;
    if (shown === null || !view.isOver(shown)) {
      const pictures = this.#pictures();
      const picture = middleOf(view, series?.frames ?? []) ?? middleOf(view, pictures);
      if (picture === null) return refusalOf(view, pictures);
      this.#goTo(picture);
    }
    view.show(true);
    return null;
  }
  async #openState(instance: ManifestInstance): Promise<Refusal | null> {
    const { state = null, error = null } = (await this.presentations.find(instance)) ?? {};
    if (state === null) return error?.code ?? "pending";
    const frames = this.#viewer.manifest?.frames ?? [];
    if (!frames.some((frame) => appliesTo(state, frame))) return "elsewhere";
    this.choose(state);
    return null;
  }
  /** Shows the picture that has most of a segment or a region. Rejects with SlError. */
  async goToLargest(view: ObjectView, region: number): Promise<void> {
    const { active } = this.#viewer;
    const inSeries = active.series?.frames ?? [];
    const isOverSeries = inSeries.some((frame) => view.isOver(frame));
    const picture =
      (await largestAt(view, region, isOverSeries ? inSeries : [], this.#frames)) ??
      (await largestAt(view, region, this.#pictures(), this.#frames));
    if (picture === null) return;
    this.#goTo(picture);
    if (view.marks === null && view.annotations === null) return;
    view.choose(region);
    this.#reveal(view, region, picture);
  }
  /** Shows a graphic of a report, by its content item or one above it. False: there is no picture that it lies on. */
  async openMark(instance: ManifestInstance, item: string): Promise<boolean> {
    const view = (await this.objects.find(instance))?.view ?? null;
    if (view?.object.kind !== "REPORT") return false;
    const { marks } = view.object;
    const mark =
      marks.find((one) => one.item === item) ??
      marks.find((one) => one.item.startsWith(`${item}.`));
    if (mark === undefined) return false;
    const isOn = (frame: ManifestFrame): boolean =>
      view.marks?.of(frame).some((placed) => placed.mark === mark) === true;
    const picture = this.#pictures().find(isOn);
    if (picture === undefined) return false;
    if (!view.isVisible(mark.region)) view.toggle(mark.region);
    view.show(true);
    view.choose(mark.region);
    this.#goTo(picture);
    this.#reveal(view, mark.region, picture);
    return true;
  }
  /** The graphic or annotation at a device pixel of the viewport, or so many of these beside it. */
  markAt(x: number, y: number, within: number): MarkHit | null {
    const { active } = this.#viewer;
    const { shown } = active;
    if (shown === null || this.stack.areAllHidden) return null;
    const { row, col } = active.toImage(x, y);
    const near = within / active.state.zoom;
    const mark = this.stack.isShown("marks") ? this.#marks.at(shown, col, row, near) : null;
    return mark ?? (this.stack.isShown("bulk") ? this.#bulk.at(shown, col, row, near) : null);
  }
  /** Something has been switched, or has arrived. Returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  dispose(): void {
    this.#endFollow();
    this.#viewer.active.useLayers(null);
    this.presentations.dispose();
    this.objects.dispose();
    this.#frames.clear();
    this.stack.dispose();
    this.#canvas.dispose();
    this.#listeners.clear();
  }
  /** The study has been opened, or has grown. */
  #follow(): void {
    const { manifest } = this.#viewer;
    if (this.presentations.follow(manifest)) {
      this.#chosen = null;
      this.subtraction.clear();
      if (this.blended.placed !== null) this.blended.show(null);
    }
    if (this.objects.follow(manifest)) this.#frames.clear();
    const revision = manifest?.revision ?? "";
    if (revision !== this.#revision) {
      this.blended.follow(manifest);
      this.#retry();
    }
    this.#revision = revision;
  }
  /** What could not be had may be there by now. */
  #retry(): void {
    this.#segments.retry();
    this.values.retry();
    this.blended.retry();
    this.subtraction.retry();
  }
  /** All that an object could lie over. */
  #pictures(): readonly ManifestFrame[] {
    // by series: of a slide the picture, not its tiles
    const frames = (this.#viewer.manifest?.series ?? []).flatMap((series) => series.frames);
    return frames.filter(({ instance }) => !isLayerObject(instance.sopClassUID));
  }
  #goTo({ instance: { series, sopInstanceUID }, frameNumber }: ManifestFrame): void {
    const { active } = this.#viewer;
    if (active.series !== series) active.showSeries(series.seriesInstanceUID);
    active.set({ sopInstanceUID, frame: frameNumber });
  }
  /** The object whose colour profile takes the place of the images' own. PS3.3 A.33.2, A.33.3. */
  #profileOf(state: PresentationState): string | null {
    if (state.kind !== "COLOR" && state.kind !== "PSEUDO_COLOR") return null;
    return this.presentations.all.find((one) => one.state === state)?.instance.hash ?? null;
  }
  /** What is so small or so far aside that it is not seen is brought into the middle. */
  #reveal(view: ObjectView, region: number, picture: ManifestFrame): void {
    const bounds = boundsOf(view, region, picture);
    const { active } = this.#viewer;
    const change = bounds === null ? null : revealed(bounds, picture, active.state);
    if (change !== null) active.set(change);
  }
  #stateOf(frame: ManifestFrame): PresentationState | null {
    return this.#chosen !== null && appliesTo(this.#chosen, frame) ? this.#chosen : null;
  }
  /** With a state, the planes that it activates: PS3.3 C.11.7. */
  #ownPlanes(frame: ManifestFrame): ManifestFrame["instance"]["overlays"] {
    const state = this.#stateOf(frame);
    const { overlays } = frame.instance;
    if (state === null) return overlays;
    return overlays.filter(({ group }) => state.activated.has(group));
  }
  /** A plane that the shutter is made of is no graphic. */
  #addedPlanes(frame: ManifestFrame): PresentationState["overlays"] {
    const state = this.#stateOf(frame);
    return (state?.overlays ?? []).filter(
      ({ plane }) =>
        plane.group !== state?.shutter?.overlayGroup && state?.activated.has(plane.group),
    );
  }
  #shutter(frame: ManifestFrame): ShownShutter | null {
    const state = this.#stateOf(frame);
    // a state without a shutter shows all of the picture: PS3.4 N.2
    const shutter = state === null ? frame.instance.shutter : state.shutter;
    if (shutter === null) return null;
    const bitmap = (state?.overlays ?? []).find(
      ({ plane }) => plane.group === shutter.overlayGroup,
    );
    return { shutter, bitmap: bitmap ?? null };
  }
  #tell(): void {
    this.#viewer.active.redraw();
    for (const listener of [...this.#listeners]) listener();
  }
}

/** That a blending state states for its underlying pictures. */
function windowOf({ blend }: PlacedBlend, { instance }: ManifestFrame): Window | null {
  const series = instance.series.seriesInstanceUID;
  return blend.underlying.find((input) => input.series === series)?.window ?? null;
}

/** The layers of a viewer's active viewport, drawn from now on. */
export function attachLayers(viewer: ViewerController): Layers {
  return new Layers(viewer);
}

/** Each picture's view is made once. */
function presentationOf(state: PresentationState, profileHash: string | null): Presentation {
  const made = new WeakMap<ManifestFrame, PresentedFrame>();
  return {
    of: (frame) => {
      if (!appliesTo(state, frame)) return null;
      const known =
        made.get(frame) ?? presentedFrame(state, frame, window.devicePixelRatio, profileHash);
      made.set(frame, known);
      return known;
    },
  };
}
