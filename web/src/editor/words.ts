// Words of the bar, the tabs and the conflict dialog.

export const TABS = {
    overview: { en: "Overview", zh: "概览" },
    parameters: { en: "Parameters", zh: "参数" },
    derived: { en: "Variables", zh: "变量" },
    rules: { en: "Rules", zh: "规则" },
    tables: { en: "Tables", zh: "决策表" },
    scorecard: { en: "Scorecard", zh: "评分卡" },
    patterns: { en: "Patterns", zh: "模式" },
    offer: { en: "Offer", zh: "报价" },
    cases: { en: "Cases", zh: "案例" },
    checks: { en: "Checks", zh: "检查" },
    history: { en: "History", zh: "历史" },
    compare: { en: "Compare", zh: "比较" },
};

export const BAR = {
    loadFailed: {
        en: "The draft could not be loaded. Check the connection, then load the page again.",
        zh: "草稿未能载入。请检查网络连接后重新加载页面。",
    },
    parts: { en: "Parts of the version", zh: "版本的组成部分" },
    saved: { en: "Saved in the draft", zh: "已保存到草稿" },
    saving: { en: "Saving …", zh: "正在保存……" },
    unsaved: { en: "Changed, saved in a moment", zh: "已更改，即将保存" },
    refused: { en: "Not saved: correct what is marked", zh: "未保存：请更正标记之处" },
    conflict: { en: "Not saved: somebody else changed this draft", zh: "未保存：他人已更改此草稿" },
    offline: { en: "No connection: your changes are kept here and sent later", zh: "无网络连接：更改暂存于此，稍后发送" },
    signedOut: {
        en: "You are signed out – sign in again in another tab; your input is kept",
        zh: "您已退出登录，请在另一个标签页中重新登录；您的输入已保留",
    },
    undo: { en: "Undo", zh: "撤销" },
    redo: { en: "Redo", zh: "重做" },
};
