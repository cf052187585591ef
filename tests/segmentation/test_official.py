"""Official documents (GB/T 9704) as OCR, web sites and word processors give them, and no character of them is lost."""

import io
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from index.document import Article, Block, Page
from index.files.reader import read
from index.passages import passages_of
from index.segmentation.articles import articles


class Known(NamedTuple):
    """A document, and what a reader of it would say: its title, number and day, the lines that are banners, those that close it."""

    text: str
    title: str
    number: str | None
    date: str
    banners: tuple[str, ...]
    paragraphs: tuple[str, ...]


NOTICE = Known(
    "松岭县人民政府文件\n松政发〔2021〕18号\n———————————\n松岭县人民政府\n关于做好全县冬季清洁取暖\n工作的通知\n"
    "各乡镇人民政府，县直各单位：\n为做好今冬明春清洁取暖工作，现就有关事项通知如下。\n一、总体要求\n坚持宜电则电、宜气则气，确保群众温暖过冬。\n"
    "二、主要任务\n（一）抓好气源保障。燃气公司要在10月底前签订供气合同。\n1.储气设施。新建储气罐两座。\n三、保障措施\n"
    "县财政安排补贴资金800万元，按户发放。\n附件：清洁取暖任务分解表\n松岭县人民政府\n2021年9月30日\n（此件公开发布）\n"
    "抄送：县委各部门，县人大常委会办公室，县法院，县检\n察院。\n松岭县人民政府办公室　　2021年10月8日印发\n",
    "松岭县人民政府关于做好全县冬季清洁取暖工作的通知",
    "松政发〔2021〕18号",
    "2021-09-30",
    ("松岭县人民政府文件", "松政发〔2021〕18号", "———————————"),
    (
        "各乡镇人民政府，县直各单位：",
        "为做好今冬明春清洁取暖工作，现就有关事项通知如下。",
        "坚持宜电则电、宜气则气，确保群众温暖过冬。",
        "（一）抓好气源保障。燃气公司要在10月底前签订供气合同。",
        "1.储气设施。新建储气罐两座。",
        "县财政安排补贴资金800万元，按户发放。",
        "附件：清洁取暖任务分解表",
        "松岭县人民政府",
        "2021年9月30日",
        "（此件公开发布）",
        "抄送：县委各部门，县人大常委会办公室，县法院，县检察院。",
        "松岭县人民政府办公室　　2021年10月8日印发",
    ),
)
LETTER = Known(
    "海棠市教育局办公室\n\n海教办函〔2022〕31号\n\n海棠市教育局办公室关于开展2022年秋季\n校园食品安全检查的通知\n\n各县（市、区）教育局，市直各学校：\n\n"
    "　　为保障师生饮食安全，现就有关事项通知如下。\n\n　　检查分自查、抽查两个阶段进行，9月底前完成。\n\n　　　　　　海棠市教育局办公室\n"
    "　　　　　　　2022年8月25日\n",
    "海棠市教育局办公室关于开展2022年秋季校园食品安全检查的通知",
    "海教办函〔2022〕31号",
    "2022-08-25",
    ("海棠市教育局办公室", "海教办函〔2022〕31号"),
    (
        "各县（市、区）教育局，市直各学校：",
        "为保障师生饮食安全，现就有关事项通知如下。",
        "检查分自查、抽查两个阶段进行，9月底前完成。",
        "海棠市教育局办公室",
        "2022年8月25日",
    ),
)
SECRET = Known(
    "000042\n秘密★6个月\n特急\n松 岭 县 财 政 局 文 件\n松财预[2020]66号　　　签发人：何平\n松岭县财政局关于批转县审计局《关于加强\n"
    "村级资金监管的意见》\n的通知\n各乡镇财政所，县直各单位\n财务科：\n现将意见批转给你们，请认真执行。\n松岭县财政局\n二〇二〇年十一月三日\n",
    "松岭县财政局关于批转县审计局《关于加强村级资金监管的意见》的通知",
    "松财预[2020]66号",
    "2020-11-03",
    ("000042", "秘密★6个月", "特急", "松 岭 县 财 政 局 文 件", "松财预[2020]66号", "签发人：何平"),
    ("各乡镇财政所，县直各单位财务科：", "现将意见批转给你们，请认真执行。", "松岭县财政局", "二〇二〇年十一月三日"),
)
JOINT = Known(
    "松岭县民政局\n松岭县财政局 文件\n松民发〔2019〕7号\n松岭县民政局\n松岭县财政局\n关于提高高龄津贴标准的通知\n各乡镇人民政府：\n"
    "从2019年1月起，高龄津贴标准提高到每人每月100元。\n松岭县民政局\n松岭县财政局\n2019年1月15日\n",
    "松岭县民政局松岭县财政局关于提高高龄津贴标准的通知",
    "松民发〔2019〕7号",
    "2019-01-15",
    ("松岭县民政局", "松岭县财政局 文件", "松民发〔2019〕7号"),
    ("各乡镇人民政府：", "从2019年1月起，高龄津贴标准提高到每人每月100元。", "松岭县民政局", "松岭县财政局", "2019年1月15日"),
)
REQUEST = Known(
    "柏林乡人民政府文件\n柏政〔2023〕9号\n柏林乡人民政府\n关于维修乡敬老院的请示\n松岭县人民政府：\n我乡敬老院屋面漏雨，需维修资金12万元。\n妥否，请批示。\n"
    "柏林乡人民政府\n2023年6月2日\n（联系人：吴江，电话：0511-1234567）\n",
    "柏林乡人民政府关于维修乡敬老院的请示",
    "柏政〔2023〕9号",
    "2023-06-02",
    ("柏林乡人民政府文件", "柏政〔2023〕9号"),
    (
        "松岭县人民政府：",
        "我乡敬老院屋面漏雨，需维修资金12万元。",
        "妥否，请批示。",
        "柏林乡人民政府",
        "2023年6月2日",
        "（联系人：吴江，电话：0511-1234567）",
    ),
)
APPROVAL = Known(
    "松岭县人民政府\n松政函〔2024〕3号\n松岭县人民政府关于同意建设城北污水处理厂的批复\n县水务局：\n你局《关于建设城北污水处理厂的请示》（松水〔2024〕2号）收悉。现批复如下：\n"
    "一、同意建设城北污水处理厂，日处理污水两万吨。\n二、资金由你局统筹解决。\n此复。\n松岭县人民政府\n2024年1月20日\n",
    "松岭县人民政府关于同意建设城北污水处理厂的批复",
    "松政函〔2024〕3号",
    "2024-01-20",
    ("松岭县人民政府", "松政函〔2024〕3号"),
    (
        "县水务局：",
        "你局《关于建设城北污水处理厂的请示》（松水〔2024〕2号）收悉。现批复如下：",
        "一、同意建设城北污水处理厂，日处理污水两万吨。",
        "二、资金由你局统筹解决。",
        "此复。",
        "松岭县人民政府",
        "2024年1月20日",
    ),
)
REPLY = Known(
    "海棠市城市管理局\n海城提复〔2023〕21号\nA类\n关于对市政协第八届二次会议第56号提案的\n答复\n郑华委员：\n您提出的增设公共停车位的提案收悉，现答复如下：\n"
    "一、关于挖掘存量\n今年在老城区施划停车位1200个。\n二、关于扩大增量\n明年新建停车楼两座。\n海棠市城市管理局\n2023年7月11日\n"
    "联系人：冯远　联系电话：0512-7654321\n抄送：市政协提案委。\n",
    "关于对市政协第八届二次会议第56号提案的答复",
    "海城提复〔2023〕21号",
    "2023-07-11",
    ("海棠市城市管理局", "海城提复〔2023〕21号", "A类"),
    (
        "郑华委员：",
        "您提出的增设公共停车位的提案收悉，现答复如下：",
        "今年在老城区施划停车位1200个。",
        "明年新建停车楼两座。",
        "海棠市城市管理局",
        "2023年7月11日",
        "联系人：冯远　联系电话：0512-7654321",
        "抄送：市政协提案委。",
    ),
)
MINUTES = Known(
    "松岭县安全生产委员会专题会议纪要\n第4期\n松岭县安全生产委员会办公室　2022年3月18日\n关于研究加油站安全管理的会议纪要\n"
    "3月15日下午，副县长何平主持召开专题会议，研究加油站安全管理工作。现纪要如下：\n一、县应急局要在月底前完成检查。\n二、县商务局要建立台账。\n分送：参会各单位。\n",
    "关于研究加油站安全管理的会议纪要",
    None,
    "2022-03-18",
    ("松岭县安全生产委员会专题会议纪要", "第4期", "松岭县安全生产委员会办公室　2022年3月18日"),
    (
        "3月15日下午，副县长何平主持召开专题会议，研究加油站安全管理工作。现纪要如下：",
        "一、县应急局要在月底前完成检查。",
        "二、县商务局要建立台账。",
        "分送：参会各单位。",
    ),
)
UNTITLED_MINUTES = Known(  # the head of their paper is their only name
    "松岭县人民政府县长办公会议纪要\n〔2022〕6号\n松岭县人民政府办公室　2022年4月2日\n"
    "3月30日，县长林岚主持召开县长办公会议，研究学校建设等工作。现纪要如下：\n一、关于学校建设\n会议同意在城东新建小学一所，由县教育局负责。\n二、关于道路维修\n会议明确，由县交通局负责，年底前完工。\n出席：林岚、何平\n",
    "松岭县人民政府县长办公会议纪要",
    "〔2022〕6号",
    "2022-04-02",
    ("〔2022〕6号", "松岭县人民政府办公室　2022年4月2日"),
    (
        "3月30日，县长林岚主持召开县长办公会议，研究学校建设等工作。现纪要如下：",
        "会议同意在城东新建小学一所，由县教育局负责。",
        "会议明确，由县交通局负责，年底前完工。",
        "出席：林岚、何平",
    ),
)
BULLETIN = Known(
    "工作简报\n第21期\n（总第140期）\n松岭县文明办编　2023年5月9日\n柏林乡“积分超市”兑出文明新风\n"
    "柏林乡在12个村开办“积分超市”，村民参加义务劳动可得积分，用积分兑换日用品。\n半年来，全乡村民参加义务劳动3600人次。\n报：县委领导。\n送：各乡镇。\n",
    "柏林乡“积分超市”兑出文明新风",
    None,
    "2023-05-09",
    ("工作简报", "第21期", "（总第140期）", "松岭县文明办编　2023年5月9日"),
    (
        "柏林乡在12个村开办“积分超市”，村民参加义务劳动可得积分，用积分兑换日用品。",
        "半年来，全乡村民参加义务劳动3600人次。",
        "报：县委领导。",
        "送：各乡镇。",
    ),
)
WEB = Known(  # the title above the number, which is its subtitle then
    "关于印发《海棠市户外广告管理办法》的通知\n海政规〔2020〕4号\n各区人民政府，市政府各部门：\n《海棠市户外广告管理办法》已经审议通过，现印发给你们，请遵照执行。\n"
    "海棠市人民政府\n2020年5月6日\n",
    "关于印发《海棠市户外广告管理办法》的通知",
    "海政规〔2020〕4号",
    "2020-05-06",
    (),
    (
        "各区人民政府，市政府各部门：",
        "《海棠市户外广告管理办法》已经审议通过，现印发给你们，请遵照执行。",
        "海棠市人民政府",
        "2020年5月6日",
    ),
)
NUMBERLESS = Known(  # OCR has lost the number
    "松岭县人民政府办公室文件\n\n松岭县人民政府办公室\n关于成立防汛抗旱指挥部的通知\n\n各乡镇人民政府，县直有关部门：\n\n经县政府同意，成立松岭县防汛抗旱指挥部。\n\n"
    "松岭县人民政府办公室\n2018年4月26日\n",
    "松岭县人民政府办公室关于成立防汛抗旱指挥部的通知",
    None,
    "2018-04-26",
    ("松岭县人民政府办公室文件",),
    ("各乡镇人民政府，县直有关部门：", "经县政府同意，成立松岭县防汛抗旱指挥部。", "松岭县人民政府办公室", "2018年4月26日"),
)
DOCUMENTS = (NOTICE, LETTER, SECRET, JOINT, REQUEST, APPROVAL, REPLY, MINUTES, UNTITLED_MINUTES, BULLETIN, WEB, NUMBERLESS)


def in_a_docx(text: str, folder: Path) -> Path:
    """Return a docx with a paragraph for each line of *text* and no styles; short lines above the text stand in the middle."""
    docx: Any = pytest.importorskip("docx")
    document = docx.Document()
    for number, line in enumerate(text.strip().split("\n")):
        paragraph = document.add_paragraph(line)
        paragraph.alignment = 1 if len(line) < 24 and number < 8 and "：" not in line else None
    written = io.BytesIO()
    document.save(written)
    path = folder / "公文.docx"
    path.write_bytes(written.getvalue())
    return path


def check(page: Page, known: Known) -> None:
    own = articles(page)
    assert [article.title for article in own] == [known.title]
    article = own[0]
    assert (article.date, article.publication) == (known.date, None)
    assert tuple(article.texts("banner")) == known.banners
    assert tuple(paragraph.text for paragraph in article.paragraphs) == known.paragraphs
    numbers = [passage.text for passage in passages_of(page, own) if passage.citation.kind == "number"]
    assert [*numbers, article.subtitle] == [
        *([known.number] if known.number and known is not WEB else []),
        WEB.number if known is WEB else None,
    ]
    assert _shown(page, article) == "".join(page.text.split())


def _shown(page: Page, article: Article) -> str:
    """Return the characters of all paragraphs and headings in the order of the page, without blanks."""
    spans = sorted(span for part in (*article.headings, *article.paragraphs) for span in part.spans)
    return "".join("".join(page.text[start:end] for start, end in spans).split())


@pytest.mark.parametrize("known", DOCUMENTS, ids=[known.title[:12] for known in DOCUMENTS])
def test_an_official_document_is_read_as_it_is_set(known: Known, tmp_path: Path) -> None:
    path = tmp_path / "公文.txt"
    path.write_text(known.text, "utf-8")
    page = read(path, path.name)
    assert isinstance(page, Page)
    check(page, known)


@pytest.mark.parametrize("known", DOCUMENTS, ids=[known.title[:12] for known in DOCUMENTS])
def test_so_it_is_in_a_docx_without_styles(known: Known, tmp_path: Path) -> None:
    page = read(in_a_docx(known.text, tmp_path), "公文.docx")
    assert isinstance(page, Page)
    check(page, known)


def test_each_of_several_documents_in_one_file_has_its_own_title_number_and_day() -> None:
    page = Page("a.txt", NOTICE.text + "\n" + REQUEST.text, "", "utf-8")
    own = articles(page)
    assert [(article.title, article.date) for article in own] == [(known.title, known.date) for known in (NOTICE, REQUEST)]
    assert [heading.text for article in own for heading in article.headings if "号" in heading.text] == [NOTICE.number, REQUEST.number]


def test_what_is_attached_to_a_document_does_not_give_it_its_day() -> None:
    attached = (
        "松岭县高龄津贴发放办法\n第一条 为规范高龄津贴发放，制定本办法。\n第二条 本办法由县民政局解释。\n松岭县老龄办\n2018年12月1日\n"
    )
    assert articles(Page("a.txt", JOINT.text + attached, "", "utf-8"))[0].date == JOINT.date


def test_the_contents_of_a_bulletin_are_a_banner_and_what_they_list_are_its_articles() -> None:
    first, second = "海棠区推行“一窗通办”", "柳溪县选派企业服务专员"
    text = (
        f"优化营商环境工作简报\n第3期\n海棠市营商局　2023年2月1日\n本期要目\n◆{first}\n◆{second}\n{first}\n"
        "海棠区把三个窗口并为一个，办事时间少了一半。\n"
        f"{second}\n柳溪县选派60名干部进企业，解决用工、融资等问题87个。\n"
    )
    own = articles(Page("a.txt", text, "", "utf-8"))
    assert [article.title for article in own] == [first, second]
    assert [article.publication for article in own] == [None, None]
    assert f"◆{second}" in own[0].texts("banner")


@pytest.mark.parametrize("head", ["松岭县动物园", "关于公园的几点想法"])
def test_a_page_without_number_and_paper_is_none(head: str) -> None:
    text = f"{head}\n松岭县人民政府\n昨天，公园里的梅花开了，游人纷纷前来。\n"
    assert not any("松岭县人民政府" in banner for banner in articles(Page("a.txt", text, "", "utf-8"))[0].texts("banner"))


def test_the_lines_of_a_head_that_a_pdf_sets_as_one_paragraph_are_apart() -> None:
    top = "松岭县人民政府文件\n松政发〔2021〕18号\n松岭县人民政府\n关于做好清洁取暖工作的通知\n各乡镇人民政府：\n现通知如下。"
    text = top + "\n松岭县人民政府\n2021年9月30日"
    offsets = [0]
    for line in text.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)
    spans = [(start, end - 1) for start, end in pairwise(offsets)]
    blocks = (Block(tuple(spans[:6]), "text"), Block((spans[6],), "text"), Block((spans[7],), "text"))
    article = articles(Page("a.pdf", text, "", "pdf", blocks=blocks, reader="pypdfium2"))[0]
    assert (article.title, article.date) == ("松岭县人民政府关于做好清洁取暖工作的通知", "2021-09-30")
    assert article.texts("banner") == ["松岭县人民政府文件", "松政发〔2021〕18号"]
    assert [paragraph.text for paragraph in article.paragraphs] == text.split("\n")[4:]


def test_a_sentence_that_leads_on_to_a_list_addresses_nobody_and_the_next_title_is_one() -> None:
    text = (
        "关于规范养犬行为的通告\n松政规〔2023〕2号\n为规范养犬行为，下列行为予以禁止：\n一、在学校、医院内饲养犬只；\n二、携犬乘坐公共汽车。\n\n\n"
        "社区里来了修鞋匠\n何平 林岚\n\n近日，海棠社区的便民服务点开张了，修鞋匠老吴头一天就修了二十双鞋。居民都说方便。\n"
    )
    assert [article.title for article in articles(Page("a.txt", text, "", "utf-8"))] == ["关于规范养犬行为的通告", "社区里来了修鞋匠"]
