"""What the page of figures says: places and measures, and when it was printed."""

CHINESE = {
    "Figures": "统计",
    "At a glance: places, measures, years": "一览：哪里、做法、年份",
    "What was done where, and when": "哪里、什么时候、做了什么",
    "No precedent was found, so there is nothing to count.": "没有找到先例，没有可统计的内容。",
    "{count} passage is counted.": "共统计 {count} 段。",
    "{count} passages are counted.": "共统计 {count} 段。",
    "There are more; these are the likeliest.": "不止这些，这里只统计可能性最大的。",
    "Each number leads to its passages.": "点数字可以看到对应的段落。",
    "Places and measures": "地点与做法",
    "Place, in {place}": "地点（{place}内）",
    "no place named": "没有写明地点",
    "{place}, no closer": "{place}（没有更具体的地点）",
    "The words are printed in these passages, mostly where they tell what somebody did, and are rarer elsewhere. They were picked by counting: what they name need not be a measure. A passage with several of them is counted under each.": (
        "表头的词都是这些段落里的原词，多出现在讲做法的地方，在别处较少见。词是按出现的多少挑出来的，不一定都是做法。一段里有几个词，就在几列里各计一次。"
    ),
    "These passages are too few or too unlike each other for words that they share.": "这些段落太少，或者彼此差别太大，没有共同的词。",
    "When it was printed": "什么时候刊登",
    "Passages by month": "各月的段落数",
    "Passages by year": "各年的段落数",
    "Passages by decade": "各年代的段落数",
    "The same numbers as a table": "同样的数字（表格）",
    "Month": "月份",
    "Year": "年份",
    "Decade": "年代",
    "no date printed": "没有印出日期",
    "without a printed date: none is guessed.": "段没有印出日期，日期不作猜测。",
    "printed {date}": "{date} 刊登",
    "with “{word}”": "有“{word}”一词",
    "All of them again": "回到全部",
    "Ask for passages with exactly “{word}”": "检索一字不差含有“{word}”的段落",
}
