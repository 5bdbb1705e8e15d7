// Орудия страницы поиска.
import type { en_search } from "./en_search.ts";
import type { Texts } from "./texts.ts";

export const ru_search: Texts<typeof en_search> = {
    "search.wrap": "Переносить строки",
    "search.live": "Вживую",
    "search.live_title": "Показывать новые события, как только они приходят",
    "search.live_stop": "Остановить",

    "table.column_menu": "Столбец {column}",
    "table.column_left": "Сдвинуть влево",
    "table.column_right": "Сдвинуть вправо",
    "table.column_exists": "Только события с этим полем",
    "table.column_remove": "Убрать столбец",
    "table.column_width": "Ширина столбца {column}",

    "fields.title": "Поля",
    "fields.find": "Найти поле",
    "fields.add": "Добавить столбец {field}",
    "fields.remove": "Убрать столбец {field}",
    "fields.values": "Значения поля {field}",
    "fields.more": {
        one: "Ещё {count} поле: введите часть имени",
        few: "Ещё {count} поля: введите часть имени",
        many: "Ещё {count} полей: введите часть имени",
        other: "Ещё {count} поля: введите часть имени",
    },
    "fields.none": "Такого поля нет",
    "fields.failed": "Полей нет: {message}",
    "facets.too_many": "слишком много разных значений",

    "export.title": "Выгрузить",
    "export.csv": "CSV, показанные столбцы",
    "export.ndjson": "NDJSON, события как их прислали",
    "export.note": "Все найденные события, а не только загруженные. Время в поясе {zone}.",

    "record.context": "Вокруг",
    "record.trace": "Вся эта трасса",
    "record.find_field": "Найти поле",
    "record.more_fields": {
        one: "Показать ещё {count} поле",
        few: "Показать ещё {count} поля",
        many: "Показать ещё {count} полей",
        other: "Показать ещё {count} поля",
    },
    "record.copy_value": "Копировать значение",
    "record.more_text": {
        one: "Показать ещё {count} знак",
        few: "Показать ещё {count} знака",
        many: "Показать ещё {count} знаков",
        other: "Показать ещё {count} знака",
    },
    "record.json_cut": "Остальное здесь опущено. «Копировать JSON» даст всё.",

    "context.earlier": "Загрузить предыдущие",
    "context.later": "Загрузить следующие",
    "context.first": "Раньше ничего нет",
    "context.last": "Позже ничего нет",
    "context.by": "Строки с тем же",
    "context.lines": "Строки вокруг события",
    "context.open": "Открыть это событие",
    "context.loading": "Строки загружаются…",

    "tail.waiting": "Соединение…",
    "tail.live": "Вживую",
    "tail.paused": "Приостановлено",
    "tail.lost": "Связь потеряна, идёт новая попытка…",
    "tail.pause": "Пауза",
    "tail.resume": "Продолжить",
    "tail.new": {
        one: "{count} новое событие",
        few: "{count} новых события",
        many: "{count} новых событий",
        other: "{count} нового события",
    },
    "tail.skipped": {
        one: "Пропущено не более {count} события: пришло больше, чем можно показать",
        few: "Пропущено не более {count} событий: пришло больше, чем можно показать",
        many: "Пропущено не более {count} событий: пришло больше, чем можно показать",
        other: "Пропущено не более {count} события: пришло больше, чем можно показать",
    },
    "tail.end": "Вживую видны только новые события. Остановите показ, чтобы увидеть прежние.",
    "tail.none": "Ожидается подходящее событие…",

    "histogram.keys":
        "Стрелки двигают, Shift выделяет, Enter приближает, минус отдаляет, Backspace возвращает",
    "histogram.bar": "{time}, {events}",
    "histogram.selected": "выделено: с {from} по {to}",
    "histogram.undo": "Вернуть масштаб",

    "complete.recent": "Недавние запросы",
    "complete.and": "верно и то и другое",
    "complete.or": "верно хоть одно",
    "complete.not": "неверно",
    "complete.is": "имеет значение",
    "complete.exists": "есть любое значение",
    "complete.compare": "сравнить с",
    "complete.count": {
        one: "{count} событие",
        few: "{count} события",
        many: "{count} событий",
        other: "{count} события",
    },
};
