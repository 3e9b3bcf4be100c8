// Nested groups of conditions, for mouse and keyboard, in the look of our pages.
import { useMemo } from "react";
import { QueryBuilder, type FieldSelectorProps, type RuleGroupType, type ValueEditorProps, type ValueSourceFullOptions } from "react-querybuilder";
import type { Name, Problem } from "../../api/types";
import { FormulaInput } from "../../formula/FormulaInput";
import { localised, say } from "../../words";
import { FieldCombo } from "./FieldCombo";
import { FORMULA, UNCHOSEN, arityOf, mayCompareWithField, operatorsOf, placeOf, type GroupEntry, type RuleEntry } from "./query";
import { ValueField } from "./ValueField";
import { BUILDER, OPERATORS, SOURCES } from "./words";

interface Properties {
    tree: GroupEntry;
    names: Name[];
    /** Names a row may begin with; all of `names` without it. */
    fieldNames?: Name[];
    problems: Problem[];
    change: (tree: GroupEntry) => void;
    /** No formulas, no "or", no groups: the conditions of a pattern's step. */
    isPlain?: boolean;
    /** Narrower choices of operators than those of the name's type. */
    operators?: (field: string) => string[];
}

interface Context {
    names: Name[];
    fieldNames: Name[];
    problems: Problem[];
    isPlain: boolean;
}

function problemsOf(context: Context, path: number[], part: string): Problem[] {
    return context.problems.filter((problem) => problem.path === `${placeOf(path)}/${part}`);
}

function Findings({ problems }: { problems: Problem[] }) {
    return problems.map((problem) => <span key={problem.code} className="rk-error re-row-problem">{problem.message}</span>);
}

function Field({ value, handleOnChange, path, context }: FieldSelectorProps) {
    const own = context as Context;
    const problems = problemsOf(own, path, "field");
    return (
        <>
            <FieldCombo value={value ?? ""} names={own.fieldNames} label={say(BUILDER.field)} choose={handleOnChange} hasFormula={!own.isPlain} isInvalid={problems.length > 0} />
            <Findings problems={problems} />
        </>
    );
}

function Value({ rule, field, handleOnChange, path, context }: ValueEditorProps) {
    const own = context as Context;
    const problems = problemsOf(own, path, "value");
    const entry = rule as unknown as RuleEntry;
    if (entry.operator === "expression") {
        const bare = problems.map((problem) => ({ ...problem, path: "" }));
        return (
            <div className="re-row-formula">
                <FormulaInput value={String(entry.value ?? "")} onChange={handleOnChange} path="" label={say(BUILDER.formula)} problems={bare} rows={Math.min(4, Math.ceil(String(entry.value ?? "").length / LINE) || 1)} isBare />
                <Findings problems={problems} />
            </div>
        );
    }
    if (field === UNCHOSEN || arityOf(entry.operator) === 0) return null;
    return (
        <>
            <ValueField rule={entry} name={own.names.find((name) => name.name === field)} names={own.names} isInvalid={problems.length > 0} change={handleOnChange} />
            <Findings problems={problems} />
        </>
    );
}

/** Characters in a line of a formula's field, about. */
const LINE = 44;

const ICON = (name: string) => <span className="material-symbols-outlined" aria-hidden="true">{name}</span>;

const TRANSLATIONS = {
    fields: { title: say(BUILDER.field), placeholderName: UNCHOSEN, placeholderLabel: "" },
    operators: { title: say(BUILDER.operator) },
    valueSourceSelector: { title: say(BUILDER.source) },
    value: { title: say(BUILDER.value) },
    combinators: { title: say(BUILDER.combinator) },
    notToggle: { label: say(BUILDER.not), title: say(BUILDER.notTitle) },
    addRule: { label: `+ ${say(BUILDER.addRule)}`, title: say(BUILDER.addRuleTitle) },
    addGroup: { label: `+ ${say(BUILDER.addGroup)}`, title: say(BUILDER.addGroupTitle) },
    removeRule: { label: ICON("close"), title: say(BUILDER.removeRule) },
    removeGroup: { label: ICON("close"), title: say(BUILDER.removeGroup) },
    cloneRule: { label: ICON("content_copy"), title: say(BUILDER.copyRule) },
    cloneRuleGroup: { label: ICON("content_copy"), title: say(BUILDER.copyGroup) },
    shiftActionUp: { label: ICON("keyboard_arrow_up"), title: say(BUILDER.up) },
    shiftActionDown: { label: ICON("keyboard_arrow_down"), title: say(BUILDER.down) },
};
const CLASSES = {
    queryBuilder: "re-builder",
    ruleGroup: "re-group",
    header: "re-group-head",
    body: "re-group-body",
    rule: "re-rule",
    combinators: "rk-select",
    operators: "rk-select",
    valueSource: "rk-select",
    addRule: "rk-button rk-plain",
    addGroup: "rk-button rk-plain",
    removeRule: "rk-button rk-icon",
    removeGroup: "rk-button rk-icon",
    cloneRule: "rk-button rk-icon",
    cloneGroup: "rk-button rk-icon",
    shiftActions: "re-shift",
    notToggle: "rk-check",
};
const COMBINATORS = [
    { name: "and", label: say(BUILDER.all) },
    { name: "or", label: say(BUILDER.any) },
];
const [FIXED, OTHER] = (["value", "field"] as const).map((name) => ({ name, value: name, label: say(SOURCES[name]) }));
const BOTH_SOURCES = [FIXED, OTHER] as ValueSourceFullOptions;
const ONE_SOURCE = [FIXED] as ValueSourceFullOptions;
const CONTROLS = { fieldSelector: Field, valueEditor: Value };
const PLAIN_CONTROLS = { ...CONTROLS, addGroupAction: null, combinatorSelector: null, notToggle: null };

export function ConditionBuilder({ tree, names, fieldNames = names, problems, change, isPlain = false, operators }: Properties) {
    const fields = useMemo(
        () => [...names.map((name) => ({ name: name.name, label: localised(name) || name.name })), { name: FORMULA, label: say(BUILDER.formula) }],
        [names],
    );
    const context = useMemo(() => ({ names, fieldNames, problems, isPlain }), [names, fieldNames, problems, isPlain]);
    const offered = (field: string) =>
        (operators?.(field) ?? operatorsOf(field, names.find((name) => name.name === field))).map((name) => ({
            name,
            label: say(OPERATORS[name] ?? { en: name, zh: name }),
            arity: arityOf(name) === 0 ? ("unary" as const) : ("binary" as const),
        }));
    return (
        <QueryBuilder
            query={tree as unknown as RuleGroupType}
            onQueryChange={(next) => change(next as unknown as GroupEntry)}
            enableMountQueryChange={false}
            fields={fields}
            autoSelectField={false}
            getOperators={offered}
            getValueSources={(_field, operator) => (mayCompareWithField(operator) ? BOTH_SOURCES : ONE_SOURCE)}
            combinators={COMBINATORS}
            controlElements={isPlain ? PLAIN_CONTROLS : CONTROLS}
            controlClassnames={CLASSES}
            translations={TRANSLATIONS}
            context={context}
            showNotToggle={!isPlain}
            showCloneButtons
            showShiftActions
            addRuleToNewGroups
            resetOnOperatorChange={false}
            accessibleDescriptionGenerator={() => say(BUILDER.builder)}
        />
    );
}
