# Code generated from spec/. Do not edit.
"""Data of the further views of a text."""

from __future__ import annotations

from typing import Final

VIEW_WORDS: Final = "ignore ignoring disregard forget override bypass previous prior above earlier instruction instructions prompt prompts rules rule system reveal secret secrets password passwords credentials token tokens developer admin mode guidelines restrictions restriction limits limitations filters filter policy policies safety directive directives command commands pretend respond reply answer print repeat tell show give display output write send forward email delete execute disable enable everything anything nothing without always never follow obey comply refuse act assistant model user message messages conversation context text words hidden initial original new now you your are all any the and not with from this that what who how have will must can for then instead only them they were been told given said about before after into out please every unrestricted uncensored unfiltered jailbreak character role persona confidential internal private key keys api data database access grant account refund approve task free full word first line json copy list of to is in it me my do be as no or if an on at a i dan"

VIEW_LETTERS: Final[dict[str, str]] = {"ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ꜰ": "f", "ɢ": "g", "ʜ": "h", "ɪ": "i", "ᴊ": "j", "ᴋ": "k", "ʟ": "l", "ᴍ": "m", "ɴ": "n", "ᴏ": "o", "ᴘ": "p", "ꞯ": "q", "ʀ": "r", "ꜱ": "s", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ʏ": "y", "ᴢ": "z", "ɐ": "a", "ɔ": "c", "ǝ": "e", "ə": "e", "ɟ": "f", "ƃ": "g", "ɓ": "b", "ɥ": "h", "ᴉ": "i", "ɾ": "j", "ʞ": "k", "ʃ": "l", "ן": "l", "ɯ": "m", "ɹ": "r", "ʇ": "t", "ʌ": "v", "ʍ": "w", "ʎ": "y", "ɑ": "a", "ɡ": "g", "Ɐ": "a", "ꓭ": "b", "Ɔ": "c", "ꓷ": "d", "Ǝ": "e", "Ⅎ": "f", "ꓨ": "g", "Ʞ": "k", "ꓶ": "l", "ꓤ": "r", "ꓕ": "t", "ꓥ": "v", "ʁ": "r", "ɘ": "e", "⠁": "a", "⠃": "b", "⠉": "c", "⠙": "d", "⠑": "e", "⠋": "f", "⠛": "g", "⠓": "h", "⠊": "i", "⠚": "j", "⠅": "k", "⠇": "l", "⠍": "m", "⠝": "n", "⠕": "o", "⠏": "p", "⠟": "q", "⠗": "r", "⠎": "s", "⠞": "t", "⠥": "u", "⠧": "v", "⠺": "w", "⠭": "x", "⠽": "y", "⠵": "z"}

TURNED_LETTERS: Final = "ɐɔǝɟƃɥᴉɾʞʃןɯɹʇʌʍʎⱯꓭƆꓷƎℲꓨꞰꓶꓤꓕꓥ"

MORSE_LETTERS: Final[dict[str, str]] = {".-": "a", "-...": "b", "-.-.": "c", "-..": "d", ".": "e", "..-.": "f", "--.": "g", "....": "h", "..": "i", ".---": "j", "-.-": "k", ".-..": "l", "--": "m", "-.": "n", "---": "o", ".--.": "p", "--.-": "q", ".-.": "r", "...": "s", "-": "t", "..-": "u", "...-": "v", ".--": "w", "-..-": "x", "-.--": "y", "--..": "z", "-----": "0", ".----": "1", "..---": "2", "...--": "3", "....-": "4", ".....": "5", "-....": "6", "--...": "7", "---..": "8", "----.": "9"}
