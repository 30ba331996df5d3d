"""What the tests of feeds share: a feed read from a few lines, and what it brought."""

import json
from pathlib import Path

import pytest

from quizbot.content.catalog import Catalog
from quizbot.content.feeds import Feed, read_feed
from quizbot.content.problems import Refused
from quizbot.content.quiz import CatalogSource

LEGACY = """\
Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,\
Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Image Src,\
Image Position,Variant Image,Gift Card,Status,Fill weight (product.metafields.custom.fill_weight)
coat,City Coat,"<p>Warm &amp; dry</p><ul><li>No hood</li><li>Two pockets</li></ul><script>x()</script>",North,Coat,\
"warm, city",true,Size,S,Color,Navy,C-S,900,shopify,0,deny,120.00,https://cdn.example/2.jpg,2,,false,active,\
"{""value"":160.0,""unit"":""g""}"
coat,,,,,,,,M,,Navy,C-M,900,shopify,3,deny,110.00,https://cdn.example/1.jpg,1,https://cdn.example/m.jpg,,,
coat,,,,,,,,L,,Navy,,900,shopify,0,continue,130.00,,,,,,
coat,,,,,,,,,,,,,,,,,https://cdn.example/3.jpg,3,,,,
mug,Mug,,North,Mug,,true,Title,Default Title,,,,300,,0,deny,9.00,//cdn.example/mug.jpg,1,,false,active,
draft,Draft,,North,Coat,,true,Title,Default Title,,,,1,,1,deny,9.00,,,,false,draft,
hidden,Hidden,,North,Coat,,false,Title,Default Title,,,,1,,1,deny,9.00,,,,false,active,
card,Card,,North,Card,,true,Amount,10,,,,0,,1,deny,10.00,,,,true,active,
"""

NEW = """\
title,URL HANDLE,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Option1 name,\
Option1 value,Price,Inventory quantity,Continue selling when out of stock,Weight value (grams),Product image URL,\
Image position,Variant image URL,Gift card
City Coat,coat,<b>Warm</b>,North,Apparel > Coats,Coat,warm,TRUE,Active,C-S,size,S,120.00,0,DENY,900,https://cdn.example/1.jpg,1,,FALSE
,coat,,,,,,,,C-M,,M,110.00,-2,deny,900,,,,
,coat,,,,,,,,C-L,,L,130.00,,deny,900,,,,
Mug,mug,,North,,Mug,,TRUE,Archived,,Title,Default Title,9,5,deny,300,,,,FALSE
Cape,cape,,North,,Cape,,TRUE,Active,,Size,M,9,0,TRUE,300,,,,FALSE
"""


def read(folder: Path, content: str | bytes, **options: object) -> Feed:
    path = folder / "feed.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_feed(path, CatalogSource.model_validate({"file": "feed.csv", **options}))


def refused(folder: Path, content: str | bytes, **options: object) -> str:
    """The one sentence a feed is refused with, and its remedy."""
    with pytest.raises(Refused) as caught:
        read(folder, content, **options)
    (problem,) = caught.value.problems
    assert problem.file == str(folder / "feed.csv")
    assert problem.severity == "error"
    return f"{problem.text} | {problem.remedy}" if problem.remedy else problem.text


def warned(feed: Feed) -> list[tuple[int, str, str]]:
    assert all(each.severity == "warning" for each in feed.problems)
    return [(each.line, each.rule, each.text) for each in feed.problems]


def said(catalog: Catalog, name: str) -> tuple[str, ...]:
    column = catalog.column(name)
    assert column is not None
    return tuple(column.texts)


def lines_of(*products: object) -> str:
    return "".join(json.dumps(each) + "\n" for each in products)
