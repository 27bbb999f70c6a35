import type { DicomDataSet } from "./element.ts";
import { runInModule } from "./module.ts";
import { transferSyntaxOf } from "./transfer_syntax.ts";
import { encodeDataSet } from "./writer.ts";

/** What is wrong with an element, by DCMTK's checks of PS3.5 6.2 and the multiplicities and VRs of PS3.6 6. */
export interface Finding {
  /** "00280010", or in items "00089215/1/00080100". */
  path: string;
  problem: "length" | "characters" | "multiplicity" | "value" | "vr";
}

/** At most 1,000 findings. Errors: invalid_argument, corrupt, limit_exceeded. */
export function findProblems(dict: DicomDataSet, syntaxName: string): Finding[] {
  const syntax = transferSyntaxOf(syntaxName);
  const plain = encodeDataSet(dict, syntax, { allowInvalidVRLength: true });
  const text = runInModule((module) =>
    module.withBytes(plain, (pointer) => {
      const { call, object, out } = module;
      module.check(call.sl_object_check(object, pointer, plain.length, syntax.flags, out));
      return module.text(module.u32(out), module.u32(out + 4));
    }),
  );
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [path = "", problem = ""] = line.split("\t");
      return { path, problem: problem as Finding["problem"] };
    });
}
