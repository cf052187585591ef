"""Words that pages are set with: bylines, stamps, credits, column names, numbers of documents, short items, feet of web pages."""

from __future__ import annotations

ROMAN = "一二三四五六七八九十"
CITIES = (
    "杭州", "宁波", "湖州", "绍兴", "南京", "合肥", "福州", "南昌", "济南", "郑州", "武汉", "长沙", "广州", "成都", "贵阳", "昆明", "西安",
    "兰州", "沈阳", "长春", "太原", "苏州", "青岛", "厦门",
)  # fmt: skip
OFFICES = (
    "区人民政府", "街道办事处", "县民政局", "市城市管理局", "镇人民政府", "区教育局", "市住房和城乡建设局", "县交通运输局",
    "社区居民委员会",
)  # fmt: skip
TAKEN = ("{} 摄", "（{} 摄）", "本报记者 {} 摄", "（图片由{}提供）", "通讯员 {} 摄影报道", "图/{}", "")
OPENINGS = (
    "本报讯 ",
    "本报讯（记者 {name}）",
    "本报{city}讯 ",
    "本报{city}{month}月{day}日电 ",
    "（通讯员 {name}）",
    "新华社{city}{month}月{day}日电 ",
)
BYLINES = (
    "{names}",
    "{names}",
    "记者 {names}",
    "本报记者 {names}",
    "通讯员 {names}",
    "文/{names}",
    "作者：{names}",
    "□ {names}",
    "本报记者 {names} 通讯员 {other}",
)
ENGLISH_BYLINES = ("By {}", "By {}", "BY {}", "By {} and {}", "By {}, Staff Writer", "By {}, Special Correspondent", "Staff Reporter")
ENGLISH_NAMES = (
    ("John", "Mary", "Helen", "Arthur", "Rosa", "Walter", "Edith", "Hugh"),
    ("Baker", "Dunn", "Hale", "Moore", "Reed", "Stone", "Wells"),
)
STAMPS = (
    "2024-05-06 10:21 来源：{city}日报",
    "{year}年{month}月{day}日",
    "来源：{city}日报 作者：{name}",
    "{year}-{month:02}-{day:02}",
    "（{year}年{month}月{day}日）",
)
COLUMNS = (
    "基层治理", "民生快讯", "简讯", "要闻速览", "经验交流", "他山之石", "区县动态", "一线传真", "工作动态", "案例选登", "部门信息",
    "乡镇之窗",
    "各地做法", "综合新闻", "社会", "民生",
)  # fmt: skip
NUMBERED = (
    "{roman}、{text}",
    "（{roman}）{text}",
    "{number}.{text}",
    "{number}、{text}",
    "第{roman}部分 {text}",
    "案例{roman} {text}",
    "案例{roman}：{text}",
    "第{roman}章 {text}",
    "{number:02} {text}",
)
NUMBERS = (
    "{city}府办〔{year}〕{number}{day}号",
    "（{city}民函[{year}]{day}号）",
    "{city}政发[{year}]{month}号",
    "{name}城管〔{year}〕{day}号",
)
ITEMS = (
    "{number}.报名时间：{year}年{month}月{day}日至{month}月{day}日",
    "{number}.地点：{city}市民中心{day}号窗口",
    "联系人：{name} 联系电话：0571-8{day}{month}{day}{month}",
    "- {text}",
    "* {text}",
    "• {text}",
    "（{roman}）{text}；",
    "{number}、{text}",
    "{number}.{text}",
    "{roman}、{text}：",
    "（{roman}）{text}",
    "{text}：{day}件",
    "附件：{number}.{text}",
    "时间：{year}年{month}月{day}日",
)
HALF = str.maketrans("，：；！？（）", ",:;!?()")
OLD = str.maketrans("，；：", "、、、")
SIGNS = ("▲", "◆", "○", "●", "■")
ADOPTED = (
    "（{year}年{month}月{day}日{city}市人民代表大会常务委员会第{day}次会议通过）",
    "{year}年{month}月{day}日{city}市人民政府令第{day}号公布",
    "（{year}年{month}月{day}日修订）",
    "{year}年{month}月{day}日国务院批准",
    "自{year}年{month}月{day}日起施行",
)
FOOTS = (
    "来源：{city}日报",
    "来源：{city}发布",
    "往期推荐",
    "编辑：{name} 审核：{other}",
    "供稿：{city}局",
    "— END —",
    "点赞 在看",
    "{city}日报社出版",
    "阅读原文",
    "{city}发布",
)
LABELS_OF_LETTERS = ("网友留言：", "官方回复：", "来信：", "答复：", "问题：", "办理情况：")
