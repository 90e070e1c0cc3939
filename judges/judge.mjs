// One judge of npm: {judge, files, cases} as JSON on standard input, what it says of each case on standard output.
import { readFileSync } from "node:fs";
import { DmnModdle } from "dmn-moddle";
import { evaluate, unaryTest } from "feelin";
import fhir from "fhir";
import jsonLogic from "json-logic-js";

const value = (result) => (result !== null && typeof result === "object" && "value" in result ? result.value : result);

/** Every matching row of a COLLECT table: dmn-moddle reads the file, feelin evaluates each cell. */
async function dmn(files, cases) {
  const { rootElement, warnings } = await new DmnModdle().fromXML(files["guide.dmn"]);
  if (warnings.length) throw new Error(`dmn-moddle warns: ${warnings.map((warning) => warning.message).join("; ")}`);
  const ofType = (type) => rootElement.drgElement.filter((element) => element.$type === type);
  const inputs = ofType("dmn:InputData").map((input) => input.name);
  const tables = Object.fromEntries(ofType("dmn:Decision").map((decision) => [decision.name, decision.decisionLogic]));
  return cases.map(({ table, answers }) => {
    const context = Object.fromEntries(inputs.map((name) => [name, answers[name] ?? null]));
    const read = (tables[table].input ?? []).map((input) => value(evaluate(input.inputExpression.text, context)));
    const matches = (rule) =>
      (rule.inputEntry ?? []).every(({ text }, number) => value(unaryTest(text, { ...context, "?": read[number] })) === true);
    return (tables[table].rule ?? []).filter(matches).map((rule) =>
      Object.fromEntries(rule.outputEntry.map(({ text }, number) => [tables[table].output[number].name, value(evaluate(text))]))
    );
  });
}

/** The named expressions of each case. */
const jsonlogic = (files, cases) => {
  const logic = JSON.parse(files["logic.json"]);
  const at = (path) => path.reduce((part, step) => part[step], logic);
  return cases.map(({ paths, answers }) => paths.map((path) => jsonLogic.apply(at(path), answers)));
};

/** Whether each file is valid FHIR R4, and why not. */
const validate = (files, cases) =>
  cases.map(({ file }) => new fhir.Fhir().validate(JSON.parse(files[file]), { errorOnUnexpected: true }));

const { judge, files, cases } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(await { dmn, jsonlogic, validate }[judge](files, cases)));
