"""Invented people, companies and places, in pinyin and in characters."""

import numpy as np
import pyarrow as pa

from crmbook.company.randomness import pick

_SURNAMES = [
    "Wang王",
    "Li李",
    "Zhang张",
    "Liu刘",
    "Chen陈",
    "Yang杨",
    "Huang黄",
    "Zhao赵",
    "Wu吴",
    "Zhou周",
    "Xu徐",
    "Sun孙",
    "Ma马",
    "Zhu朱",
    "Hu胡",
    "Guo郭",
    "He何",
    "Lin林",
    "Gao高",
    "Luo罗",
    "Zheng郑",
    "Liang梁",
    "Xie谢",
    "Song宋",
    "Tang唐",
    "Xu许",
    "Han韩",
    "Deng邓",
    "Feng冯",
    "Cao曹",
    "Peng彭",
    "Zeng曾",
    "Xiao萧",
    "Tian田",
    "Dong董",
    "Pan潘",
    "Yuan袁",
    "Cai蔡",
    "Jiang蒋",
    "Yu余",
    "Yu于",
    "Du杜",
    "Ye叶",
    "Cheng程",
    "Wei魏",
    "Su苏",
    "Lü吕",
    "Ding丁",
    "Ren任",
    "Lu卢",
    "Yao姚",
    "Shen沈",
    "Zhong钟",
    "Jiang姜",
    "Cui崔",
    "Tan谭",
    "Lu陆",
    "Fan范",
    "Wang汪",
    "Liao廖",
    "Shi石",
    "Jin金",
    "Jia贾",
    "Xia夏",
    "Fu付",
    "Fang方",
    "Zou邹",
    "Xiong熊",
    "Bai白",
    "Meng孟",
    "Qin秦",
    "Ouyang欧阳",
]
_FEMALE = [
    "Fang芳",
    "Min敏",
    "Jing静",
    "Li丽",
    "Yan艳",
    "Na娜",
    "Xiuying秀英",
    "Xiulan秀兰",
    "Guilan桂兰",
    "Lihua丽华",
    "Yumei玉梅",
    "Hong红",
    "Xia霞",
    "Juan娟",
    "Ting婷",
    "Xue雪",
    "Ying颖",
    "Hui慧",
    "Meiling美玲",
    "Jiayi佳怡",
    "Xinyi欣怡",
    "Yutong雨桐",
    "Zihan梓涵",
    "Shihan诗涵",
    "Mengjie梦洁",
    "Xiaoyan晓燕",
    "Xiaohong小红",
    "Yuqing雨晴",
    "Siyu思雨",
    "Wenjing文静",
    "Qian倩",
    "Dan丹",
    "Lin琳",
    "Lei蕾",
    "Yue悦",
    "Ruoxi若曦",
    "Yuxin雨欣",
    "Jieying洁莹",
    "Peishan佩珊",
    "Shuzhen淑珍",
    "Guifen桂芬",
    "Chunmei春梅",
    "Qiaoling巧玲",
    "Yanping艳萍",
    "Haiyan海燕",
    "Xiaoli晓丽",
    "Jingyi静怡",
    "Kexin可欣",
    "Manyun曼云",
    "Anqi安琪",
]
_MALE = [
    "Wei伟",
    "Qiang强",
    "Lei磊",
    "Jun军",
    "Yong勇",
    "Jie杰",
    "Tao涛",
    "Chao超",
    "Ming明",
    "Gang刚",
    "Ping平",
    "Hui辉",
    "Peng鹏",
    "Hao浩",
    "Yu宇",
    "Bin斌",
    "Jianguo建国",
    "Jianhua建华",
    "Zhiqiang志强",
    "Guoqiang国强",
    "Xiaoming晓明",
    "Zihao子豪",
    "Haoran浩然",
    "Yuxuan宇轩",
    "Junjie俊杰",
    "Tianyu天宇",
    "Wenbo文博",
    "Zhiyuan志远",
    "Hongwei宏伟",
    "Haifeng海峰",
    "Weidong卫东",
    "Shaohua少华",
    "Jianping建平",
    "Dawei大伟",
    "Bo波",
    "Kai凯",
    "Xin鑫",
    "Fei飞",
    "Liang亮",
    "Jiahao嘉豪",
    "Mingzhe明哲",
    "Siyuan思源",
    "Yifan一凡",
    "Guangming光明",
    "Chunlin春林",
    "Shiming世明",
    "Yongjun永军",
    "Zhenhua振华",
    "Leping乐平",
    "Zhonghua忠华",
]
CITIES = {
    "East": ["Shanghai", "Hangzhou", "Nanjing", "Suzhou", "Ningbo", "Hefei", "Wuxi"],
    "North": ["Beijing", "Tianjin", "Jinan", "Qingdao", "Shijiazhuang", "Shenyang"],
    "South": ["Guangzhou", "Shenzhen", "Xiamen", "Fuzhou", "Changsha", "Quanzhou"],
    "West": ["Chengdu", "Chongqing", "Xi'an", "Kunming", "Guiyang", "Lanzhou"],
}
_CITY_CHINESE = dict(
    zip(
        [city for region in CITIES.values() for city in region],
        [
            "上海",
            "杭州",
            "南京",
            "苏州",
            "宁波",
            "合肥",
            "无锡",
            "北京",
            "天津",
            "济南",
            "青岛",
            "石家庄",
            "沈阳",
            "广州",
            "深圳",
            "厦门",
            "福州",
            "长沙",
            "泉州",
            "成都",
            "重庆",
            "西安",
            "昆明",
            "贵阳",
            "兰州",
        ],
        strict=True,
    )
)
CITY_NAMES = list(_CITY_CHINESE)
CITY_CHINESE = list(_CITY_CHINESE.values())
CITY_REGION = np.array([i for i, region in enumerate(CITIES.values()) for _ in region])
_CITY_WEIGHT = np.array([1.0 / (1 + 0.45 * k) for region in CITIES.values() for k in range(len(region))])
_BRANDS = (
    "Jade Spring玉泉 Lakeside湖畔 Golden Bridge金桥 White Crane白鹤 Cloud Gate云门 Red Maple红枫 Bamboo Court竹苑 "
    "East Star东星 Silver Pine银松 Morning Dew晨露 Old Town古城 River View江景 Lotus Pond荷塘 Green Hill翠岭 "
    "Grand Harmony和泰 Blue Bay蓝湾 Spring Garden春园 North Wind北风 Stone Lion石狮 Pearl River珠江 Moon Gate月门 "
    "Plum Blossom梅苑 Long Hill长岭 Bright Future明远 Nine Springs九泉 High Tower高塔 South Gate南门 "
    "Three Rivers三江 Autumn Lake秋湖 Sunrise旭日"
)
INDUSTRIES = ["office", "hotel", "restaurant", "tea house", "retail"]
_TYPES = [
    [
        ("Software", "软件"),
        ("Consulting", "咨询"),
        ("Logistics", "物流"),
        ("Design", "设计"),
        ("Insurance Office", "保险"),
    ],
    [("Hotel", "酒店"), ("Inn", "客栈"), ("Guest House", "宾馆")],
    [("Restaurant", "饭店"), ("Banquet Hall", "酒楼"), ("Kitchen", "食府")],
    [("Tea House", "茶馆"), ("Tea Garden", "茶苑")],
    [("Fine Foods", "食品行"), ("Gift Shop", "礼品行"), ("Supermarket", "超市")],
]
STAFF = [
    "Gu Mei 顾梅",
    "Tao Rong 陶荣",
    "Bi Sheng 毕生",
    "Qiu Lan 邱岚",
    "Hao Jian 郝健",
    "Mo Xi 莫曦",
    "Yin Ke 尹可",
    "Ai Bing 艾冰",
]


def _split(words):
    """Separate 'Wang王' into pinyin and characters."""
    cut = [next(i for i, letter in enumerate(word) if ord(letter) >= 0x4E00) for word in words]
    return [word[:i].strip() for word, i in zip(words, cut, strict=True)], [
        word[i:] for word, i in zip(words, cut, strict=True)
    ]


def _brands():
    pairs, word = [], ""
    for letter in _BRANDS:
        if letter == " " and word and ord(word[-1]) >= 0x4E00:
            pairs.append(word)
            word = ""
        else:
            word += letter
    return _split([*pairs, word])


SURNAMES, SURNAMES_CHINESE = _split(_SURNAMES)
GIVEN, GIVEN_CHINESE = _split(_FEMALE + _MALE)
FEMALE_NAMES = len(_FEMALE)
BRANDS, BRANDS_CHINESE = _brands()


def draw_names(generator, female):
    """Draw surname and given name of people.

    Parameters: ``female`` True where a woman. Returns: two arrays of positions in SURNAMES and GIVEN.
    """
    size = len(female)
    surname = pick(generator, 1.0 / (np.arange(len(SURNAMES)) + 4.0), size)
    of_women = generator.integers(0, FEMALE_NAMES, size)
    of_men = generator.integers(FEMALE_NAMES, len(GIVEN), size)
    return surname, np.where(female, of_women, of_men)


def draw_cities(generator, size):
    """Draw cities; bigger ones come first in each region. Returns: positions in CITY_NAMES."""
    return pick(generator, _CITY_WEIGHT * np.array([1.35, 1.0, 0.95, 0.75])[CITY_REGION], size)


def take(texts, codes):
    """Return the texts at the given positions as an array of objects (fast for millions)."""
    return np.asarray(texts, dtype=object)[codes]


def joined(*parts):
    """Join arrays of texts and single texts, element by element, into one Arrow array."""
    import pyarrow.compute as pc

    arrays = [pa.scalar(part) if isinstance(part, str) else pa.array(part, type=pa.string()) for part in parts]
    return pc.binary_join_element_wise(*arrays, "")


def enterprise_names(generator, industry, city):
    """Name companies after a brand, their trade and, now and then, their city. Returns: list of texts."""
    brand = generator.integers(0, len(BRANDS), len(industry))
    kind = generator.integers(0, 60, len(industry))
    names = []
    for i, (trade, place) in enumerate(zip(industry, city, strict=True)):
        english, chinese = _TYPES[trade][kind[i] % len(_TYPES[trade])]
        names.append(
            f"{CITY_NAMES[place]} {BRANDS[brand[i]]} {english} {CITY_CHINESE[place]}{BRANDS_CHINESE[brand[i]]}{chinese}"
        )
    return names
