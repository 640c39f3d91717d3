"""The words of customers and staff, by cause and language. {thing} is a product, {day} a number of days."""

# One list a cause, in the order of service.CAUSES: openings of what went wrong.
COMPLAINTS_ENGLISH = [
    [
        "My order was due on Friday and came {day} days later.",
        "The parcel is {day} days late and nobody tells me where it is.",
        "Ordered {thing} for a visit, it arrived after the guests had left.",
        "Tracking has not moved for {day} days. Where is my tea?",
        "Third time this year the courier comes late. We stood without tea.",
        "You promised delivery in two days, it took {day}.",
    ],
    [
        "The tin of {thing} was crushed and half the leaves were in the box.",
        "The {thing} arrived broken, only a thin paper around it.",
        "The parcel was wet, the tea inside {thing} is spoiled.",
        "Lid cracked, seal open, I cannot give this as a present.",
        "Two of the packs were torn. The packaging is much too thin.",
        "Outer carton torn and {thing} leaking tea dust everywhere.",
    ],
    [
        "I ordered {thing} and got something else.",
        "One pack is missing, the invoice shows two.",
        "You sent {thing} twice and forgot the rest of my order.",
        "Wrong tea again. This is not what I chose.",
        "The box holds another customer's order.",
        "Ordered 250 g, received the small pack of {thing}.",
    ],
    [
        "The {thing} tastes stale, like last year's leaves.",
        "No aroma at all, the {thing} must have been stored badly.",
        "This {thing} smells of damp cardboard.",
        "Not the quality I know, the leaves are broken and the cup is bitter.",
        "The new batch of {thing} is much weaker than the old one.",
        "Best-before date is in {day} weeks. That is not fresh tea.",
    ],
    [
        "The assistant in the shop was rude and did not want to let me taste.",
        "I waited twenty minutes at the counter while two staff were chatting.",
        "The lady on the phone hung up on me.",
        "Nobody could tell me the difference between your oolongs.",
        "I asked for advice and was pushed to buy the dearest box.",
        "Your colleague promised to call back and never did.",
    ],
    [
        "I was charged twice for the same order.",
        "The discount of the campaign was not taken off.",
        "The invoice shows another amount than the till.",
        "My refund has not arrived after {day} days.",
        "My points were not credited, I asked before.",
        "The invoice has the wrong company name, our accountant refuses it.",
    ],
    [
        "The app crashes when I want to pay.",
        "I cannot log in since the update, the code never arrives.",
        "The web shop took my order twice.",
        "The voucher code is refused, it says expired although it is valid until Sunday.",
        "The address page does not save my new address.",
        "Payment page hangs, I tried {day} times.",
    ],
]
COMPLAINTS_CHINESE = [
    [
        "说好两天到，结果等了{day}天。",
        "快递晚了{day}天，打电话也没人知道在哪里。",
        "买{thing}招待客人，客人走了才到。",
        "物流信息{day}天没更新，我的茶到底在哪？",
        "今年第三次送货迟了，我们都断茶了。",
        "配送太慢，催了{day}次才送来。",
    ],
    [
        "{thing}的罐子压扁了，茶叶撒了一半。",
        "收到的{thing}是碎的，包装就一层薄纸。",
        "包裹是湿的，里面的{thing}都受潮了。",
        "盖子裂了，封口也开了，没法送人。",
        "两包都破了，包装太差。",
        "外箱破损，{thing}漏得到处都是茶末。",
    ],
    [
        "我买的是{thing}，发来的是别的茶。",
        "少发一包，发票上明明是两包。",
        "{thing}发重了，其他的没发。",
        "又发错货了，不是我选的那款。",
        "箱子里是别人的订单。",
        "拍的是大包装，收到小包装的{thing}。",
    ],
    [
        "{thing}喝起来像陈茶，一点也不新鲜。",
        "没有香气，{thing}肯定没存好。",
        "这批{thing}有股霉味。",
        "和以前的品质差远了，叶子碎，又苦又涩。",
        "新一批{thing}比原来淡很多。",
        "还有{day}周就过期了，这叫新茶？",
    ],
    [
        "店员态度很差，试喝都不让。",
        "柜台等了二十分钟，两个店员在聊天。",
        "客服小姐直接挂我电话。",
        "问几款乌龙有什么区别，没人说得清。",
        "让推荐一下，一直推最贵的礼盒。",
        "说好回电话，到现在没人打来。",
    ],
    [
        "同一单扣了两次钱。",
        "活动折扣没有给我减。",
        "发票金额和收银条对不上。",
        "退款{day}天了还没到账。",
        "积分没到，我之前问过一次。",
        "发票抬头开错了，财务不收。",
    ],
    [
        "一付款小程序就闪退。",
        "更新以后登录不了，收不到验证码。",
        "网店重复下单了。",
        "优惠券用不了，明明周日才到期。",
        "新地址保存不了。",
        "付款页面卡住，试了{day}次。",
    ],
]
ENDINGS_ENGLISH = [
    "",
    "",
    "Please call me.",
    "I want my money back.",
    "I have bought from you for years.",
    "Please send it again.",
    "This must not happen again.",
    "Very disappointed.",
    "What will you do about it?",
    "I expect an answer this week.",
]
ENDINGS_CHINESE = [
    "",
    "",
    "请尽快回电。",
    "要求退款。",
    "老顾客了，太失望。",
    "请补发。",
    "希望不要再发生。",
    "怎么处理？",
    "差评！",
    "本周内给个答复。",
]
GRAVE_ENGLISH = [
    "This is unacceptable.",
    "I will not buy from you again.",
    "I will report this to the consumer association.",
]
GRAVE_CHINESE = ["太过分了！", "以后不会再买了。", "再不解决我就打12315。"]

PRAISE_ENGLISH = [
    "Good tea, quick delivery.",
    "Always fresh, and the shop people know their tea.",
    "The spring Longjing was wonderful.",
    "I give your gift boxes to everybody.",
    "Friendly advice on the phone.",
    "Nothing to complain about, carry on.",
    "My parents love the pu'er.",
]
MIDDLING_ENGLISH = [
    "Fine on the whole, a little dear.",
    "Tea is good, the web shop could be simpler.",
    "More samples please.",
    "Delivery is sometimes slow.",
    "Good, but others have caught up.",
    "Too many messages before the festivals.",
]
CRITICISM_ENGLISH = [
    "Prices went up, quality did not.",
    "The last two orders were a disappointment.",
    "Nobody answers when something goes wrong.",
    "I buy elsewhere more and more.",
    "Service has become careless.",
    "I expected more from a house with this name.",
]
PRAISE_CHINESE = [
    "茶好，发货快。",
    "一直很新鲜，店员也懂茶。",
    "今年的明前龙井真香。",
    "送礼都买你们家的。",
    "电话客服很热情。",
    "没什么意见，继续保持。",
    "爸妈喜欢喝他家的普洱。",
]
MIDDLING_CHINESE = [
    "总体不错，就是有点贵。",
    "茶可以，网店操作有点麻烦。",
    "希望多送点试饮装。",
    "送货有时候慢。",
    "还行，别家也差不多。",
    "过节前短信太多了。",
]
CRITICISM_CHINESE = [
    "价格涨了，品质没跟上。",
    "最近两次都很失望。",
    "出了问题没人管。",
    "现在多半去别家买。",
    "服务越来越不用心。",
    "对不起这个牌子。",
]

LEAVING_ENGLISH = [
    ["The tea is no longer what it was.", "Two stale batches were enough.", "Quality goes up and down."],
    ["It became too expensive for us.", "I found the same tea for a third less.", "After the price rise I stopped."],
    ["I did not feel looked after.", "The service was indifferent.", "Nobody knew me after all those years."],
    ["Deliveries came late again and again.", "I could not rely on the delivery date.", "Too many broken parcels."],
    ["I complained and heard only 'sorry'.", "My complaint was never solved.", "They let my complaint lie for weeks."],
    ["The other shop made a better offer.", "A new tea shop opened next door.", "A friend took me to another brand."],
    ["I moved to another city.", "We closed the office.", "My mother, who drank it, has passed away."],
    ["I drink coffee now.", "The doctor told me to drink less tea.", "I have enough pu'er for ten years."],
    ["No special reason.", "I just forgot.", "I would rather not say."],
]
LEAVING_CHINESE = [
    ["茶不如以前了。", "连着两批都不新鲜。", "品质不稳定。"],
    ["太贵了，喝不起。", "别家一样的茶便宜三成。", "涨价以后就没买了。"],
    ["感觉不被重视。", "服务很冷淡。", "买了这么多年也没人认识我。"],
    ["送货老是晚。", "说好的日期从来不准。", "包裹破了好几次。"],
    ["投诉了只说一声对不起。", "投诉一直没解决。", "拖了几个星期没人理。"],
    ["另一家给的条件更好。", "楼下新开了一家茶店。", "朋友介绍了别的牌子。"],
    ["搬到别的城市了。", "公司关了。", "喝茶的老人不在了。"],
    ["现在喝咖啡了。", "医生让少喝茶。", "存的普洱够喝十年。"],
    ["没什么特别原因。", "就是忘了。", "不方便说。"],
]
NOTES = {
    "visit": [
        "Tasted the new spring teas together.",
        "Reviewed volumes for next quarter.",
        "Asks for better terms.",
        "Content, no open points.",
        "Wants samples for the lobby.",
        "Met the new purchasing manager.",
    ],
    "phone": [
        "Order by phone confirmed.",
        "Asked for delivery date.",
        "Talked about the price list.",
        "Not reached, message left.",
        "Asked about invoice.",
    ],
    "apology": ["Customer upset: third late delivery. Apologised, promised to pass it on."],
    "reminder": ["Payment reminder: invoice {days} days overdue."],
}
QUESTIONS = [
    "Which water temperature for this tea?",
    "When does the new Longjing arrive?",
    "请问这款茶能放多久？",
    "想问一下新茶什么时候到。",
    "Can I change the address of my order?",
    "可以开发票吗？",
    "Do you have a smaller gift box?",
    "积分怎么用？",
    "Suggestion: sell sample packs.",
    "建议出小包装。",
    "Thank you for the quick help!",
    "谢谢，茶很好喝。",
]
AGENT_NOTES = [
    "asked for catalogue",
    "wants gift box",
    "call back pm",
    "repeat caller",
    "问新茶",
    "要发票",
    "complained about price",
    "spoke to mother",
    "bad line",
    "送货到公司",
]
