// Rounds of `kill -9` on the real program: each one imports or stores objects into the same store,
// ends the process at a random moment, starts it again and looks at what is there. Killing a process
// keeps what the system has buffered, so this proves the order of what is visible; the order of
// syncs is call_order.ts's.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Server, Store, program } from "../e2e/harness.ts";
import {
  countedInstances,
  describedInstances,
  listedInstances,
  retrievedSha256,
  stow,
} from "./dicomweb_client.ts";
import { Random } from "./random.ts";
import { type SentObject, makeObject } from "./sent_objects.ts";

const FLAGS = ["--workers", "1"];
const MOST_OBJECTS = 8;
/** Of a run whose length is known: some ends come after its own. */
const KILLED_WITHIN = 1.1;

export type Tally = {
  rounds: number;
  imports: number;
  killed: number;
  killedInRecovery: number;
  sent: number;
  acknowledged: number;
};
type Work = "import" | "stow" | "start";

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

const same = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((value) => right.includes(value));

export class KillRounds {
  readonly tally: Tally = {
    rounds: 0,
    imports: 0,
    killed: 0,
    killedInRecovery: 0,
    sent: 0,
    acknowledged: 0,
  };
  readonly #store = new Store();
  readonly #random: Random;
  readonly #studies = new Map<string, SentObject[]>();
  readonly #unanswered = new Set<SentObject>();
  /** Milliseconds that the last run took which came to its end. */
  readonly #usual = new Map<Work, number>();

  constructor(readonly seed: number) {
    this.#random = new Random(seed);
  }
  get folder(): string {
    return this.#store.folder;
  }
  dispose(): void {
    this.#store.dispose();
  }

  /** Throws, naming the round, when something is lost, changed, half there or left over. */
  async round(): Promise<void> {
    const number = ++this.tally.rounds;
    try {
      const objects = this.#objects(number);
      if (this.#random.part() < 0.5) await this.#import(objects);
      else await this.#stow(objects);
      if (this.#random.part() < 0.4) await this.#killARecovery();
      const older = [...this.#studies.keys()];
      await this.#look([
        ...new Set([
          ...objects.map(({ study }) => study),
          ...[1, 2, 3].map(() => this.#random.pick(older)),
        ]),
      ]);
    } catch (error) {
      throw new Error(
        `round ${String(number)} of seed ${String(this.seed)}: ${(error as Error).message} (the store: ${this.folder})`,
        { cause: error },
      );
    }
  }

  /** Everything that was ever sent, and `sightline verify` with its pictures. */
  async end(): Promise<string> {
    await this.#look([...this.#studies.keys()]);
    const { status, stdout, stderr } = this.#store.run("verify");
    if (status !== 0) throw new Error(`verify: ${stdout}${stderr} (the store: ${this.folder})`);
    return stdout.trim();
  }

  /** New ones, in a study of their own, and some whose sending was cut off before. */
  #objects(round: number): SentObject[] {
    const study = `${String(this.seed)}.${String(round)}`;
    const made = Array.from({ length: this.#random.between(1, MOST_OBJECTS) }, (_, i) =>
      makeObject(this.#random, study, i + 1),
    );
    const again = [...this.#unanswered].slice(0, this.#random.between(0, 2));
    this.#studies.set(made[0]?.study ?? "", made);
    for (const object of made) this.#unanswered.add(object);
    this.tally.sent += made.length;
    return [...made, ...again];
  }

  #acknowledge(object: SentObject): void {
    if (!object.isAcknowledged) ++this.tally.acknowledged;
    object.isAcknowledged = true;
    this.#unanswered.delete(object);
  }

  /** Milliseconds until the kill, evenly over the run; null for the first run, which shows its length. */
  #moment(work: Work): number | null {
    const usual = this.#usual.get(work);
    return usual === undefined ? null : this.#random.part() * usual * KILLED_WITHIN;
  }

  async #import(objects: readonly SentObject[]): Promise<void> {
    ++this.tally.imports;
    const folder = mkdtempSync(join(tmpdir(), "sightline-crash-"));
    objects.forEach((object, i) => {
      writeFileSync(join(folder, `${String(i)}.dcm`), object.file);
    });
    const started = performance.now();
    const child = spawn(
      program,
      ["import", "--store", this.folder, "--verbose", ...FLAGS, folder],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const moment = this.#moment("import");
    const timer = moment === null ? null : setTimeout(() => child.kill("SIGKILL"), moment);
    const closed = await once(child, "close");
    if (timer) clearTimeout(timer);
    rmSync(folder, { recursive: true });
    for (const [, sha256] of output.matchAll(/^stored ([0-9a-f]{64}) .*\n/gm)) {
      const object = objects.find((one) => one.sha256 === sha256);
      if (!object) throw new Error("import says that it stored what it was not given");
      this.#acknowledge(object);
    }
    if (closed[1] === "SIGKILL") ++this.tally.killed;
    else if (closed[0] === 0) this.#usual.set("import", performance.now() - started);
    else throw new Error(`import ended with ${String(closed[0])}: ${output}`);
  }

  /** Several requests, one after the other or all at once; the server never ends by itself. */
  async #stow(objects: readonly SentObject[]): Promise<void> {
    const server = new Server(this.#store, FLAGS);
    const requests = this.#random.cut(objects, 4);
    const isAtOnce = this.#random.part() < 0.5;
    const started = performance.now();
    let killing: Promise<void> | undefined;
    const kill = () => (killing ??= server.stop("SIGKILL"));
    const isKilled = () => killing !== undefined;
    const moment = this.#moment("stow");
    const timer = moment === null ? null : setTimeout(() => void kill(), moment);
    const post = async (request: readonly SentObject[]): Promise<void> => {
      const reply = await stow(
        server.origin,
        request.map(({ file }) => file),
      );
      if (reply.status !== 200) throw new Error(`STOW-RS answered ${String(reply.status)}`);
      for (const object of request)
        if (reply.stored.includes(object.sop)) this.#acknowledge(object);
    };
    try {
      await server.start();
      if (isAtOnce) await Promise.all(requests.map(post));
      else for (const request of requests) await post(request);
      if (timer) clearTimeout(timer);
      if (!isKilled()) this.#usual.set("stow", performance.now() - started);
    } catch (error) {
      if (!isKilled()) {
        await kill();
        throw error;
      }
    }
    await kill();
    ++this.tally.killed;
  }

  async #killARecovery(): Promise<void> {
    const moment = this.#moment("start");
    if (moment === null) return;
    const server = new Server(this.#store, FLAGS);
    const starting = server.start().catch(() => undefined);
    await new Promise((later) => setTimeout(later, moment));
    await server.stop("SIGKILL");
    await starting;
    ++this.tally.killedInRecovery;
  }

  /** Starts, compares, ends in peace, and looks for what a start should have swept. */
  async #look(studies: readonly string[]): Promise<void> {
    const server = new Server(this.#store, FLAGS);
    const started = performance.now();
    await server.start();
    this.#usual.set("start", performance.now() - started);
    try {
      for (const study of studies) await this.#compare(server.origin, study);
      const status = (await (await fetch(`${server.origin}/api/status`)).json()) as {
        instances: number;
      };
      const originals = filesBelow(join(this.folder, "originals"));
      if (originals.length !== status.instances)
        throw new Error(
          `${String(originals.length)} originals for ${String(status.instances)} rows`,
        );
    } finally {
      await server.stop();
    }
    for (const folder of ["tmp", "writers", "pyramids/tmp"]) {
      const left = filesBelow(join(this.folder, folder));
      if (left.length > 0) throw new Error(`${String(left.length)} files are left in ${folder}`);
    }
  }

  async #compare(origin: string, study: string): Promise<void> {
    const sent = this.#studies.get(study) ?? [];
    const listed = await listedInstances(origin, study);
    if ((await countedInstances(origin, study)) !== listed.length)
      throw new Error(`study ${study} has ${String(listed.length)} instances and counts others`);
    if (!same(await describedInstances(origin, study), listed))
      throw new Error(`the metadata of study ${study} are of other instances than the list`);
    for (const object of sent) {
      if (!listed.includes(object.sop)) {
        if (object.isAcknowledged) throw new Error(`${object.sop} was acknowledged and is lost`);
      } else if ((await retrievedSha256(origin, object)) !== object.sha256)
        throw new Error(`${object.sop} is not what was sent`);
    }
    const unknown = listed.filter((sop) => !sent.some((object) => object.sop === sop));
    if (unknown.length > 0) throw new Error(`study ${study} has instances that nobody sent`);
  }
}
