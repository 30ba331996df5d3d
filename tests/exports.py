"""Small exports of each kind of shop, with every trap that real ones hold."""

RSS = """\
<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Shop</title><link>\
https://x.example</link>
<item><g:id>C-S</g:id><title>City Coat - Navy, S</title><description><![CDATA[<p>Warm &amp; \
dry</p>]]></description>
<link>https://x.example/c?v=1&amp;a=2</link><g:image_link>https://x.example/1.jpg</g:image_link>
<g:additional_image_link>https://x.example/2.jpg</g:additional_image_link><g:additional_image_link>\
https://x.example/3.jpg</g:additional_image_link>
<g:availability>in_stock</g:availability><g:price>120.00 EUR</g:price><g:sale_price>99.00 EUR</g:sale_price>
<g:brand>North</g:brand><g:item_group_id>coat</g:item_group_id><g:color>Navy</g:color><g:size>S</g:size>\
<g:material>Wool</g:material>
<g:product_type>Apparel &gt; Coats, Jackets &gt; Parkas</g:product_type><g:product_type>Sale</g:product_type>
<g:shipping><g:country>DE</g:country><g:price>4.90 EUR</g:price></g:shipping>
<g:product_detail><g:section_name>General</g:section_name><g:attribute_name>Fill \
weight</g:attribute_name><g:attribute_value>160 g</g:attribute_value></g:product_detail>
<g:product_detail><g:attribute_name>Hood</g:attribute_name><g:attribute_value>yes</g:attribute_value>\
</g:product_detail>
<g:product_highlight>Warm, dry</g:product_highlight><g:product_highlight>Light</g:product_highlight>\
<g:custom_label_0>winter&nbsp;one</g:custom_label_0></item>
<item><g:id>C-M</g:id><title>City Coat - Red, M</title><g:availability>out of \
stock</g:availability><g:price>120.00 EUR</g:price><g:item_group_id>coat</g:item_group_id><g:color>\
Red</g:color><g:size>M</g:size><g:image_link>https://x.example/r.jpg</g:image_link></item>
<item><g:id>M</g:id><title>Mug</title><g:availability>preorder</g:availability><g:price>9,\
50 EUR</g:price><g:size>300 ml</g:size></item>
<item><g:id>M</g:id><title>Mug2</title></item>
<item><g:id>Q</g:id><title>Q</title><g:price>soon</g:price></item>
</channel></rss>
"""

TSV = """\
id\ttitle\tdescription\tlink\timage link\tavailability\tprice\tsale_price\titem_group_id\tcolor\tpro\
duct_type\tproduct_detail\tFill Weight
C-S\tCity Coat\t<b>x</b>\thttps://x\thttps://x/1.jpg\tin stock\t15.00 EUR\t\tcoat\tblue\t"A > B, C",\
"D > E"\tGeneral:Type:Digital player,General:Memory:Flash, fast,"Tech:Ratio:16:9, wide"\t3
C-M\tCity Coat\t\thttps://x\thttps://x/1.jpg\tbackorder\t15.00 EUR\t12.00 EUR\tcoat\tred\tHome > \
Coats\t\t3
Q\t"Best" coat\t\thttps://x\t\tout_of_stock\t3,00 EUR\t\t\t\t\t\t
"""

WOO = """\
ID,Type,SKU,Name,Published,"Is featured?","Visibility in catalog","Short description",Description,"In stock?",\
Stock,"Backorders allowed?","Weight (kg)","Sale price","Regular price",Categories,Tags,Images,Parent,\
"Grouped products","External URL","Attribute 1 name","Attribute 1 value(s)","Attribute 1 visible",\
"Attribute 1 global","Attribute 2 name","Attribute 2 value(s)","Meta: _fill"
44,variable,coat,Coat &amp; more,1,0,visible,<p>Short</p>,"<p>Warm</p>\\nLong",1,,0,1.2,,,"Clothing,\
 Clothing > Coats","warm, dry",https://x/1.jpg, ,,,Color,"Blue\\, dark, Green, Red",1,1,Material,Wool,160
45,variation,coat-b,Coat - Blue,1,0,visible,,,1,3,0,,90,100,,,https://x/b.jpg,coat,,,Color,"Blue, dark",,1,,,
46,variation,,Coat - any,1,0,visible,,,0,0,0,,,110,,,,id:44,,,Color,,,1,,,
47,"simple, virtual",gift,Gift,1,0,visible,,,1,,0,,,"12,50",Gifts,,"https://x/g.jpg, https://x/h.jpg",,,,\
Color,Gold,1,0,,,
48,grouped,set,Set,1,0,visible,,,1,,0,,,,Sets,,,,"gift, id:44",,,,,,,,
49,external,ext,Ext,1,0,visible,,,1,,0,,,5,Sets,,,,,https://other.example/x,Brand,Acme,,,,,
50,simple,d,Draft,-1,0,visible,,,1,,0,,,5,Sets,,,,,,,,,,,,
51,simple,h,Hidden,1,0,hidden,,,1,,0,,,5,Sets,,,,,,,,,,,,
52,variation,,Lost,1,0,visible,,,1,,0,,,5,Sets,,,nope,,,,,,,,,
53,simple,bo,'=Back,1,0,visible,,,backorder,0,notify,,,5,Sets,,,,,,,,,,,,
"""

PAGE = """\
<!doctype html><html><head><script type="application/ld+json">{"@context":"https://schema.org/",\
"@graph":[{"@type":"Organization","name":"X"},
{"@type":"ProductGroup","@id":"#g","name":"Coat &amp; Cape","productGroupID":"coat",\
"variesBy":["https://schema.org/size","https://schema.org/color"],"brand":{"@type":"Brand","name":"North"},
"hasVariant":[{"@type":"Product","sku":"C-S","size":"S","color":"Navy","image":["https://x/1.jpg"],\
"offers":{"@type":"Offer","price":99.50,"priceCurrency":"EUR","availability":"http://schema.org/InStock"}},\
{"@id":"#m"}],
"aggregateRating":{"ratingValue":4.5,"reviewCount":12}},
{"@type":"Product","@id":"#m","sku":"C-M","size":{"@type":"SizeSpecification","name":"M"},"color":"Red",\
"offers":{"@id":"#o"}},{"@type":"Offer","@id":"#o","priceSpecification":[{"price":"150",\
"priceType":"https://schema.org/ListPrice","priceCurrency":"EUR"},{"price":"110","priceCurrency":"EUR"}],\
"availability":"OutOfStock"}]}</script>
<!-- <script type="application/ld+json">{"@type":"Product","name":"no"}</script> -->
<script type='application/ld+json'>{broken</script>
<script type="application/ld+json">//<![CDATA[
{"@context":"http://schema.org","@type":["Product","Thing"],"name":"Mug","productID":"m-1","color":"White",\
"image":{"@type":"ImageObject","url":"https://x/m.jpg"},"brand":"North","category":"Home > Mugs",\
"description":"<p>a
b</p>","offers":{"@type":"AggregateOffer","lowPrice":"7","highPrice":"9","priceCurrency":"EUR",\
"availability":"https://schema.org/SoldOut"},"additionalProperty":[{"@type":"PropertyValue","name":"Weight",\
"value":300,"unitCode":"GRM"}],"isSimilarTo":{"@type":"Product","name":"other"}}
//]]></script></head></html>
"""
