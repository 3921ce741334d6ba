"""What to say when an answer is wrong: by code, in Chinese and in English.  The words never repeat it."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "answer.required": ("请填写{label_zh}。", "Please fill in: {label_en}."),
    "answer.choice_required": ("请选择一项。", "Please choose one."),
    "answer.date_required": ("请填写年、月、日。", "Please fill in the year, month and day."),
    "answer.months_required": (
        "请选择开始月份和结束月份。",
        "Please choose the first month and the last month.",
    ),
    "answer.days_required": ("请填写开始日期和结束日期。", "Please fill in the first and the last day."),
    "answer.days": (
        "日期不对，请重新填写开始日期和结束日期。",
        "These are not two days. Please fill in the first and the last day again.",
    ),
    "answer.days_order": (
        "开始日期在结束日期之后，请把开始日期填早一些。",
        "The first day is after the last one. Please fill in an earlier first day.",
    ),
    "answer.amount": (
        "这里填金额，只写数字，最多两位小数，例如1200.50。",
        "Please write an amount in digits, with at most two decimals, such as 1200.50.",
    ),
    "answer.amount_too_large": (
        "金额太大，请核对，最多可以填{limit}元。",
        "The amount is too large. Please check it; at most {limit} yuan can be entered.",
    ),
    "answer.amount_too_small": (
        "金额太小，请填写不少于{limit}元的金额。",
        "Please enter an amount of at least {limit} yuan.",
    ),
    "answer.computed": (
        "这个数是自动算出来的，不能另外填写，请返回核对前面的数。",
        "This number is worked out from the others. Please go back and check those.",
    ),
    "answer.character": (
        "有一个符号不能使用（{character}），请删掉它再继续。",
        "One symbol cannot be used ({character}). Please delete it and go on.",
    ),
    "answer.unknown_question": (
        "这个问题不在表单里，请返回重新填写。",
        "This question is not on the form. Please go back and fill it in again.",
    ),
    "answer.too_short": (
        "写得太短，请至少写{length}个字。",
        "This is too short. Please write at least {length} characters.",
    ),
    "answer.too_long": (
        "写得太长，请不要超过{length}个字。",
        "This is too long. Please write no more than {length} characters.",
    ),
    "answer.no_words": (
        "这里只有标点符号，请用文字或数字填写。",
        "There are only signs here. Please write words or numbers.",
    ),
    "answer.not_digits": ("这里只能填数字，请重新输入。", "Only digits can go here. Please type it again."),
    "answer.digits_exact": (
        "应当是{length}位数字，现在是{given}位，请核对后重新输入。",
        "This needs {length} digits; there are {given} now. Please check and type it again.",
    ),
    "answer.digits_too_few": (
        "位数不够，至少要{length}位数字，请补全。",
        "There are too few digits. Please enter at least {length}.",
    ),
    "answer.digits_too_many": (
        "位数多了，最多{length}位数字，请核对后重新输入。",
        "There are too many digits; at most {length} fit. Please check and type it again.",
    ),
    "answer.number_too_small": (
        "数字太小，请填写不小于{limit}的数。",
        "Please enter a number of at least {limit}.",
    ),
    "answer.number_too_large": (
        "数字太大，请填写不大于{limit}的数。",
        "Please enter a number of at most {limit}.",
    ),
    "answer.quantity_too_small": (
        "{label_zh}最少是{limit}{unit_zh}，请核对。",
        "{label_en}: at least {limit} {unit_en}. Please check it.",
    ),
    "answer.quantity_too_large": (
        "{label_zh}最多是{limit}{unit_zh}，请核对。",
        "{label_en}: at most {limit} {unit_en}. Please check it.",
    ),
    "answer.phone_length": (
        "手机号码应当是11位数字，现在是{given}位，请核对后重新输入。",
        "A mobile number has 11 digits; there are {given} now. Please check and type it again.",
    ),
    "answer.phone": (
        "这不是手机号码，请输入以1开头的11位手机号码。",
        "This is not a mobile number. Please enter the 11 digits, beginning with 1.",
    ),
    "answer.date": (
        "没有这一天，请重新填写年、月、日。",
        "There is no such day. Please fill in the year, month and day again.",
    ),
    "answer.date_unfinished": (
        "日期没有填完，年填4位，月和日各填2位，例如1955年03月08日。",
        "The date is not complete: four digits for the year, two each for month and day, e.g. 1955 03 08.",
    ),
    "answer.date_month": (
        "月份只能是01到12，请点“月”重新填写。",
        "A month is 01 to 12. Touch the month and fill it in again.",
    ),
    "answer.date_day": (
        "日只能是01到31，请点“日”重新填写。",
        "A day is 01 to 31. Touch the day and fill it in again.",
    ),
    "answer.date_too_early": (
        "日期太早，请填写{limit_zh}或以后的日期。",
        "Please fill in {limit_en} or later.",
    ),
    "answer.date_too_late": (
        "日期太晚，请填写{limit_zh}或以前的日期。",
        "Please fill in {limit_en} or earlier.",
    ),
    "answer.months": (
        "月份不对，请重新选择开始月份和结束月份。",
        "These are not two months. Please choose the first and the last month again.",
    ),
    "answer.months_order": (
        "开始月份在结束月份之后，请把开始月份选早一些。",
        "The first month is after the last one. Please choose an earlier first month.",
    ),
    "answer.months_too_early": (
        "开始月份太早，请选择{limit_zh}或以后的月份。",
        "The first month is too early. Please choose {limit_en} or later.",
    ),
    "answer.months_too_late": (
        "结束月份太晚，请选择{limit_zh}或以前的月份。",
        "The last month is too late. Please choose {limit_en} or earlier.",
    ),
    "answer.choice": ("请从列出的选项中选择一项。", "Please choose one of the options shown."),
    "answer.yes_no": ("请选择“是”或“否”。", "Please choose Yes or No."),
    "answer.bank_card_length": (
        "银行卡号应当是13到19位数字，现在是{given}位，请对照卡面重新输入。",
        "Bank cards have 13 to 19 digits, not {given}. Please compare it with the card.",
    ),
    "answer.bank_card": (
        "银行卡号有误，可能输错了一位，请对照卡面逐位核对。",
        "This card number is not right; one digit may be wrong. Please compare it with the card.",
    ),
    "answer.address": (
        "地址不完整，请写明市、区（县）、街道（乡镇）和门牌号。",
        "The address is not complete. Please write city, district, street and number.",
    ),
}
