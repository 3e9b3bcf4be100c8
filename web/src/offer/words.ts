// Words of the tab of the offer and the grades.

export const OFFER = {
    none: { en: "No offer table: an approval carries no amount, rate or term.", zh: "没有报价表：审批通过时不给出金额、利率或期限。" },
    grades: { en: "Grades", zh: "等级" },
    gradesIntro: {
        en: "A grade holds the probabilities of default above the grade before it, up to its own highest; the last ends at 100%.",
        zh: "每个等级包含高于上一等级、不超过自身上限的违约概率；最后一级的上限为 100%。",
    },
    grade: { en: "Grade", zh: "等级" },
    maximum: { en: "Highest PD", zh: "最高违约概率" },
    en: { en: "English label", zh: "英文名称" },
    zh: { en: "Chinese label", zh: "中文名称" },
    add: { en: "Add a grade", zh: "添加等级" },
};
