"""The column names of WooCommerce's export, which it writes in the language of the shop."""

import re
from collections.abc import Iterable

_NAMES = {
    "id": "id, identyfikator",
    "kind": "type, typ, tipo, тип",
    "sku": "sku, artikelnummer, artikelnummer (sku), ugs, артикул",
    "title": "name, nom, nombre, nome, naam, nazwa, имя",
    "published": "published, veröffentlicht, publié, publicado, pubblicato, gepubliceerd, opublikowano, opublikowany,"
    "опубликован",
    "visibility": "visibility in catalog, visibility in catalogue, catalog visibility, sichtbarkeit im katalog,"
    "visibilité dans le catalogue, visibilidad en el catálogo, visibilità nel catalogo, zichtbaarheid in catalogus,"
    "widoczność w katalogu, visibilidade no catálogo, видимость в каталоге",
    "short": "short description, kurzbeschreibung, description courte, descripción corta, breve descrizione,"
    "korte beschrijving, korte omschrijving, krótki opis, descrição curta, короткое описание, краткое описание",
    "description": "description, beschreibung, descripción, descrizione, beschrijving, opis, descrição, описание",
    "in stock": "in stock?, vorrätig?, auf lager?, en stock?, existencias?, op voorraad?, w magazynie?, na stanie?,"
    "em estoque?, в наличии?, наличие?",
    "stock": "stock, bestand, lager, lagerbestand, inventario, magazzino, voorraad, stan magazynowy, magazyn, estoque,"
    "запасы",
    "backorders": "backorders allowed?, lieferrückstände erlaubt?, lieferrückstande erlaubt?, lieferrückstand erlaubt?,"
    "rückstände erlaubt?, autoriser les commandes de produits en rupture?, permitir reservas de productos agotados?,"
    "abilita gli ordini arretrati?, nabestellingen toestaan?,"
    "pozwalać na zamówienia oczekujące (na dostawę do magazynu)?, são permitidas encomendas,"
    "são permitidas encomendas?,"
    "возможен ли предзаказ?",
    "sale price": "sale price, angebotspreis, tarif promo, prix promo, precio rebajado, prezzo in offerta, actieprijs,"
    "cena promocyjna, preço promocional, акционная цена",
    "regular price": "regular price, regulärer preis, tarif régulier, prix régulier, precio normal, prezzo di listino,"
    "reguliere prijs, cena regularna, cena, preço, базовая цена",
    "categories": "categories, kategorien, catégories, categorías, categorie, categorieën, kategorie, categorias,"
    "категории",
    "tags": "tags, schlagwörter, étiquettes, etiquetas, etichette, tag, tagi, метки",
    "brand": "brands, brand, marken, marke, marques, marcas, marchi, merken, marki, бренды",
    "images": "images, bilder, imágenes, immagini, immagine, afbeeldingen, obrazki, imagens, изображения",
    "parent": "parent, übergeordnetes produkt, superior, genitore, hoofd, element nadrzędny, nadrzędny, ascendente,"
    "produto ascendente, родительский",
    "grouped": "grouped products, gruppierte produkte, groupes de produits, productos agrupados, prodotti raggruppati,"
    "gegroepeerde producten, produkty grupowe, grupo de produtos, сгруппированные товары",
    "url": "permalink, product url, url, link",
    "external": "external url, externe url, url externe, url externa, url esterno, url esterna, zewnętrzny adres url,"
    "внешний url",
}
NAMES = {name: tuple(each.strip() for each in spelled.split(",")) for name, spelled in _NAMES.items()}
"""Every name that a column may have, as `folded` gives them, by the name used here."""

_ATTRIBUTE = re.compile(r"\b(?:att?ribu|atrybut|атт?рибут)")
_NAMING = frozenset({"name", "nom", "nombre", "nome", "naam", "nazwa", "название", "имя"})
# Italian exports say "valuta(e)".
_VALUING = ("value", "wert", "valeur", "valor", "valut", "waarde", "wartoś", "значени")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\b\d{1,3}\b")
_GAPS = re.compile(r"\s+")


def folded(header: str) -> str:
    """What the spellings of one column's name share: `En stock ?` and `en stock?`."""
    return _GAPS.sub(" ", header.casefold().replace("\u2019", "'").replace("\u00bf", "")).replace(" ?", "?").strip()


def meanings(header: Iterable[str]) -> dict[str, str]:
    """The header's own name for each of the names used here."""
    own = {folded(each): each for each in reversed(list(header))}
    return {
        name: next(own[each] for each in spelled if each in own)
        for name, spelled in NAMES.items()
        if any(each in own for each in spelled)
    }


def attribute_part(header: str) -> tuple[str, str] | None:
    """The number of an attribute's column and what it holds: `name`, `values` or something else; None for others."""
    text = folded(header)
    numbers = _NUMBER.findall(text)
    if len(numbers) != 1 or ":" in text.partition(numbers[0])[0] or not _ATTRIBUTE.search(text):
        return None
    words = _WORD.findall(text)
    if any(each.startswith(_VALUING) for each in words):
        return numbers[0], "values"
    return numbers[0], "name" if _NAMING.intersection(words) else ""
