"""Words that carry feeling, in English and Chinese: our own short lists of common words, no published lexicon. Pure."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


POSITIVE = _words("""
    good great happy glad pleased thank thanks grateful hope love like enjoy nice excellent wonderful perfect success
    successful win improve improved better best kind friendly helpful help safe reliable honest proud calm sure
    certain confident satisfied comfortable easy stable secure healthy agree welcome
    好 很好 不错 高兴 开心 满意 感谢 谢谢 感激 喜欢 爱 希望 优秀 完美 成功 顺利 改善 更好 最好 友好 帮助 安全
    可靠 诚实 自豪 平静 确定 自信 舒适 容易 稳定 健康 同意 欢迎 放心 幸福 努力 按时 信任 支持 愉快 方便
    """)
NEGATIVE = _words("""
    bad poor sad angry upset sorry worry worried fear afraid hate terrible awful horrible fail failed failure lose
    lost worse worst problem trouble difficult hard impossible urgent desperate broke debt overdue late unable
    unhappy disappointed complaint complain cheat fraud lie sick ill pain stress anxious lonely tired
    坏 差 糟糕 难过 生气 不满 抱歉 担心 害怕 讨厌 失败 失去 更差 最差 问题 麻烦 困难 紧急 急用 破产 欠债 逾期
    无力 无法 失望 投诉 欺骗 诈骗 撒谎 生病 痛苦 压力 焦虑 孤独 疲惫 着急 拖欠 失业 崩溃 绝望 后悔 烦
    """)
NEGATION = _words("not no never none nothing without 不 没 没有 别 无 非 不是 并非 从未")
"""The next two words after one of these count the other way."""
ENGLISH_STOP = _words("""
    a an and are as at be been but by can could did do does for from had has have he her his i if in into is it its
    me my of on or our she so than that the their them then there these they this to was we were will with would you
    your
    """)
CHINESE_STOP = _words(
    "的 了 是 在 我 有 和 就 不 人 都 一 一个 上 也 很 到 说 要 去 你 会 着 没有 看 自己 这 那 它 他 她 们 与"
)
