// Words of the conflict between two editors of one draft.

export const CONFLICT = {
    title: { en: "Somebody else changed this draft", zh: "他人更改了此草稿" },
    who: {
        en: "{who} saved it on {when}, after you had opened it. Nothing of yours is lost; choose how to go on.",
        zh: "{who} 在您打开之后于 {when} 保存了它。您的内容没有丢失，请选择如何继续。",
    },
    both: { en: "Both of you changed:", zh: "双方都更改了：" },
    mine: { en: "Only you changed:", zh: "仅您更改了：" },
    keepMine: { en: "Keep theirs and make my changes again on top", zh: "保留对方内容，并重新应用我的更改" },
    takeTheirs: { en: "Take theirs without my changes", zh: "采用对方内容，放弃我的更改" },
};
