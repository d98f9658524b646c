"""Further twins, for texts: what writers use to slip a word past a list. Joins `core.confusables`.

The traditional forms are those of the vocabulary that watched words are made of: advertising, fraud, gambling, arms,
drugs, abuse. A whole conversion table isn't needed for that, and would need word context to be right.
"""

_TRADITIONAL = (
    "槍枪彈弹賭赌錢钱貸贷騙骗號号碼码聯联係系繫系優优價价購购銷销賺赚獎奖獲获裝装賬账帳账轉转帶带單单雙双點点線线網网頁页鏈链鍊链擊击開开關关註注冊册領领紅红綠绿藍蓝"
    "黃黄視视頻频圖图約约愛爱媽妈爺爷孫孙兒儿爾尔個个們们這这裡里裏里後后從从來来過过還还進进遠远運运適适選选邊边達达違违連连遲迟郵邮醜丑鈔钞針针釣钓銅铜鋼钢鐵铁錄录"
    "鎖锁鏡镜長长門门問问間间閃闪陽阳陰阴陳陈陸陆隊队階阶際际隨随險险難难雞鸡電电靈灵靜静韓韩頂顶項项順顺須须預预頭头題题額额願愿類类風风飛飞養养馬马駕驾騎骑驗验魚鱼"
    "鳥鸟麗丽麥麦齊齐齒齿龍龙龜龟贖赎贓赃貨货貴贵費费賀贺資资賊贼賓宾賜赐賞赏質质賴赖贏赢輪轮輸输辦办農农詐诈詞词試试詩诗話话該该詳详誘诱認认誤误說说説说誰谁課课調调"
    "談谈請请論论諾诺謀谋謊谎證证譯译議议護护讓让變变屍尸層层嶽岳師师幣币幹干廠厂廣广廢废廳厅張张強强彎弯徵征懷怀懸悬戰战戲戏戶户掛挂掃扫採采換换揮挥損损搖摇撥拨擔担"
    "據据擠挤攝摄敗败數数敵敌斷断時时會会東东條条業业極极樂乐樓楼標标樣样機机權权歡欢歲岁殺杀毀毁氣气決决沒没淚泪滅灭滿满漲涨潔洁濟济災灾為为無无煙烟熱热燈灯燒烧牆墙"
    "獨独獸兽環环產产畢毕畫画異异當当發发髮发盜盗監监盤盘礦矿確确禮礼種种稱称穩稳窮穷競竞筆笔簡简簽签糧粮紀纪納纳紙纸級级細细終终組组結结絕绝給给絲丝經经緊紧練练縣县"
    "總总績绩織织繩绳繼继續续纏缠罰罚罵骂羅罗義义習习聖圣聞闻聲声職职聽听肅肃腦脑腫肿臉脸臺台與与興兴舉举舊旧莊庄華华萬万葉叶著着藥药蘇苏虛虚處处蟲虫補补製制複复襲袭"
    "見见規规覺觉觀观計计訂订討讨訓训記记訪访設设許许訴诉診诊國国園园圍围場场塊块報报壞坏壓压壯壮壽寿夠够夢梦奪夺婦妇學学寫写寬宽實实寶宝對对導导將将專专尋寻屆届屬属"
    "島岛車车軍军軟软較较載载輕轻輛辆動动務务勝胜勞劳勢势劃划劇剧劍剑劑剂創创剛刚別别則则傳传債债傷伤僅仅億亿兇凶兩两內内凍冻減减準准嗎吗嗚呜嘗尝員员啟启嚇吓嚴严傢家"
    "鬥斗鬧闹毆殴騷骚賤贱豬猪雜杂腸肠慾欲姦奸"
)
"""Pairs: a traditional character, and the simplified one that is kept."""

_NUMERALS = {"o": "零", "i": "一壹弌", "z": "二贰貳", "e": "三叁", "a": "四肆", "s": "五伍"} | {
    "6": "六陆",
    "t": "七柒",
    "8": "八捌",
    "9": "九玖",
}
"""Fold as the digit of the same value does, which passes for a letter itself."""

_LETTERS = {
    "a": "ᴀ4ɐ",
    "b": "ʙß",
    "c": "ᴄ",
    "d": "ᴅɗ",
    "e": "ᴇ3ҽ",
    "f": "ꜰƒ",
    "g": "ɢ",
    "h": "ʜΗ",
    "i": "ɪ",
    "j": "ᴊ",
    "k": "ᴋ",
    "l": "ʟ",
    "m": "ᴍ",
    "n": "ɴиΝ",
    "o": "ᴏ",
    "p": "ᴘ",
    "q": "ǫ",
    "r": "ʀя",
    "s": "ꜱ",
    "t": "ᴛ7",
    "u": "ᴜ",
    "v": "ᴠ√∨",
    "w": "ᴡ",
    "y": "ʏ",
}

_PARTED = {"枪": "鎗", "赌": "睹", "微": "薇溦", "信": "伩"}
"""Characters that share all but a radical with the one that is meant."""

_SQUARED = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
"""Where Unicode has A to Z again: in squares, in circles, in dark squares, as flags. NFKC knows only some."""


LETTERS: dict[str, str] = {twin: kept for kept, those in _LETTERS.items() for twin in those} | {
    chr(start + at): chr(ord("a") + at) for start in _SQUARED for at in range(26)
}

TWINS: dict[int, str] = {
    ord(twin): kept
    for pairs in (
        zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True),
        [(twin, kept) for table in (_NUMERALS, _PARTED) for kept, those in table.items() for twin in those],
        LETTERS.items(),
    )
    for twin, kept in pairs
}

_SIGNS = {"a": "@＠", "c": "¢", "e": "€", "i": "!！|｜", "l": "£", "s": "$＄", "x": "×✕✖╳", "y": "¥￥"}

STAND_INS: dict[str, str] = {sign: kept for kept, signs in _SIGNS.items() for sign in signs}
"""Signs that pass for a letter where a letter stands beside them, and are signs elsewhere."""

PLAIN_TWINS = frozenset("入太犬干士己巳末埋墓宫客睹")
"""Ordinary characters that look like others: in a word of two they are what they are."""
