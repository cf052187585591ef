"""The small index that the browser asks: some invented articles about scooters in stairways, in five cities and three years, one without
either, one in English, and a notice as PDF and as docx. Names and numbers are made up."""

from __future__ import annotations

from pathlib import Path

from tests.documents.pdf_writer import PageOf, pdf

QUESTION = "电动自行车乱停乱充怎么治理"
UNANSWERED = "深海采矿船的声呐怎么校准"
ARTICLES = {
    "hangzhou/2023-04-06.txt": (
        "2023年4月6日 星期四",
        "楼道清空了，车棚建起来",
        "杭州市上城区笕桥街道近日推行“一楼一棚”，在十七个小区安装充电桩，电动自行车不再停进楼道。街道组建巡逻队，每晚劝导乱停乱充的车主。",
        "上城区还安装摄像头，电梯认出电动自行车便不关门。居民说，现在充一次电只要几毛钱。",
    ),
    "hangzhou/2024-03-12.txt": (
        "2024年3月12日 星期二",
        "空置车库变成共享车棚",
        "杭州市西湖区北山街道盘活空置车库，把它改造成电动自行车的共享车棚，安装充电桩两百个，乱停乱充的投诉少了八成。",
        "物业公司每月公示电费，居民议事会派人查账。",
    ),
    "ningbo/2024-05-20.txt": (
        "2024年5月20日 星期一",
        "老小区装上充电桩",
        "宁波市海曙区南门街道的老小区没有地方充电，居民从窗口拉线。街道安装充电桩，电动自行车乱充的现象明显减少。",
        "社区组建巡逻队，夜里查看楼道，发现乱停的电动自行车就通知车主。",
    ),
    "suzhou/2024-05-28.txt": (
        "2024年5月28日 星期二",
        "摄像头守住楼道",
        "苏州市姑苏区平江街道在楼道口安装摄像头，电动自行车一推进楼道就有语音提醒，乱停乱充的车少了一半。",
        "街道同时设立举报奖励，居民拍下乱充的电动自行车，可以换积分。",
    ),
    "nanjing/2025-01-09.txt": (
        "2025年1月9日 星期四",
        "外卖骑手有了换电柜",
        "南京市鼓楼区湖南路街道引入换电柜，骑手不必把电动自行车的电池带回家里充电，出租屋里乱充的情况不再发生。",
        "换电柜由企业投资，街道划出场地，消防部门每季度检查一次。",
    ),
    "undated.txt": (
        "",
        "一位老人的办法",
        "有位老人每天在单元门口值守，见到电动自行车乱停就帮忙推到车棚，乱充的人慢慢也少了。",
        "邻居们跟着他组建巡逻队，轮流值守。",
    ),
    "canteen.txt": (
        "",
        "社区食堂的饭菜",
        "社区食堂中午供应两荤两素，老人凭卡打八折，行动不便的由志愿者送餐上门。",
        "食堂的账目贴在墙上，谁都可以看。",
    ),
    "market.md": (
        "",
        "# Quiet nights on Reed Street",
        "The food stalls of Reed Street moved into a covered market with grease filters, and close at eleven, after complaints.",
        "Complaints about noise fell from fifty to four a month.",
    ),
}


NOTICE = (
    "无锡市梁溪区关于电动自行车的通知",
    "无锡市梁溪区要求各小区划出电动自行车停放区，安装充电桩，乱停乱充的由物业公司先劝后报，三次不改的交执法部门处理。",
    "停放区和充电桩的位置在小区门口公示，居民有意见可以找居民委员会。",
)
MINUTES = (
    "常州市天宁区的座谈会纪要",
    "常州市天宁区电动自行车乱停乱充的座谈会议定：每个小区组建巡逻队，先劝导，再公示，年底评比。",
    "会议还请供电公司核算充电桩的电价。",
)
ACROSS = 28  # characters of a line of the PDF


def write_pages(folder: Path) -> Path:
    """Write the articles below *folder*, the two documents beside them, and return it."""
    from docx import Document

    for name, parts in ARTICLES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(part for part in parts if part) + "\n", "utf-8")
    page, height = PageOf(), 150.0
    page.text(150, 100, NOTICE[0], 18)
    for text in NOTICE[1:]:
        rest = f"\u3000\u3000{text}"
        height = page.lines(90, height, [rest[start : start + ACROSS] for start in range(0, len(rest), ACROSS)], 14, 22)
    (folder / "notice.pdf").write_bytes(pdf(page))
    minutes = Document()
    minutes.add_heading(MINUTES[0], 0)
    for text in MINUTES[1:]:
        minutes.add_paragraph(text)
    minutes.save(str(folder / "minutes.docx"))
    return folder
