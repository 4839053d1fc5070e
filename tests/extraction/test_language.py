"""The language of a text of a few lines; unknown rather than wrong when there is little to go by."""

from __future__ import annotations

import pytest

from qwen_finder.extraction.language import detect

SAMPLES = {
    "en": "The meeting was moved to Thursday because the room is taken. Please bring the signed contract.",
    "zh": "会议改到星期四，因为会议室被占用了。请带上签好的合同。",
    "ja": "会議室が使えないため、打ち合わせは木曜日に変更になりました。契約書をお持ちください。",
    "ko": "회의실이 사용 중이어서 회의가 목요일로 변경되었습니다. 서명한 계약서를 가져오세요.",
    "es": "La reunión se ha cambiado al jueves porque la sala está ocupada. Traiga el contrato firmado.",
    "fr": "La réunion est déplacée à jeudi parce que la salle est occupée. Apportez le contrat signé.",
    "de": "Die Besprechung wurde auf Donnerstag verlegt, weil der Raum belegt ist. Bitte Vertrag mitbringen.",
    "pt": "A reunião foi mudada para quinta-feira porque a sala está ocupada. Traga o contrato assinado.",
    "it": "La riunione è stata spostata a giovedì perché la sala è occupata. Porti il contratto firmato.",
    "nl": "De vergadering is verplaatst naar donderdag omdat de zaal bezet is. Neem het contract mee.",
    "ru": "Встреча перенесена на четверг, потому что комната занята. Возьмите подписанный договор.",
    "uk": "Зустріч перенесено на четвер, бо кімната зайнята. Візьміть підписаний договір.",
    "pl": "Spotkanie zostało przeniesione na czwartek, ponieważ sala jest zajęta. Proszę przynieść umowę.",
    "tr": "Toplantı perşembe gününe alındı çünkü salon dolu. Lütfen sözleşmeyi de getirin, geç kalmayın.",
    "ar": "تم تأجيل الاجتماع إلى يوم الخميس لأن القاعة مشغولة. يرجى إحضار العقد الموقع.",
    "fa": "جلسه به پنجشنبه منتقل شد چون اتاق پر است. لطفاً قرارداد امضا شده را بیاورید.",
    "hi": "बैठक गुरुवार को कर दी गई है क्योंकि कमरा खाली नहीं है। कृपया हस्ताक्षरित अनुबंध लाएँ।",
    "vi": "Cuộc họp được chuyển sang thứ năm vì phòng đã có người dùng. Vui lòng mang theo hợp đồng.",
    "th": "การประชุมเลื่อนไปเป็นวันพฤหัสบดีเพราะห้องไม่ว่าง กรุณานำสัญญาที่ลงนามแล้วมาด้วย",
    "sv": "Mötet har flyttats till torsdag eftersom rummet är upptaget. Ta med det påskrivna avtalet.",
    "id": "Rapat dipindahkan ke hari Kamis karena ruangan sudah dipakai. Bawalah kontrak yang sudah jadi.",
}


@pytest.mark.parametrize("language", SAMPLES)
def test_tells_the_language_of_two_sentences(language: str) -> None:
    assert detect(SAMPLES[language]) == language


@pytest.mark.parametrize("text", ["", "   \n", "12.5 3.1 8", "qux.frobnicate(a1, b2)", "🙂🙂", "\ufffd"])
def test_says_nothing_about_what_is_no_language(text: str) -> None:
    assert detect(text) == ""


def test_code_words_within_a_text_do_not_change_its_language() -> None:
    assert detect(SAMPLES["zh"] + " git commit -m fix, docker compose up") == "zh"


def test_chinese_quoted_in_japanese_stays_japanese() -> None:
    assert (
        detect("中国語の「你好世界欢迎光临」は、日本語では「こんにちは世界、ようこそ」という意味です。")
        == "ja"
    )
