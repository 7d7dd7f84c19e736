"""Given names common in Sweden, so that one the unit doesn't know is asked about wherever it stands. Pure data.

Chosen by us, from all parts of the world that people in Sweden have their names from. Names that are ordinary Swedish
words as well ("my", "sten", "inga", "vilja") are left out: `deviations.words.ALSO_WORDS` and the other rules see to
them when they are written with a capital.
"""

from __future__ import annotations

GIVEN_NAMES = frozenset(
    """
    abbe abdi abdirahman abdul abdullah abel adam adela adele adelina adina adrian afsaneh agata agda agnes agneta
    ahlam ahmad ahmed aida aina aisha albert albin aleksander alex alexander alexandra alexis alfons alfred ali alice
    alicia alina alisa allan alma alva alvar alvin amal amalia amanda amelia amelie amin amina amir amira anas anders
    andrea andreas andrei andrzej anette angela angelica angelina anita anja ann anna anneli annelie annette annica
    annika annsofie anton antonia aram aras arash arian ariana arman arne aron artur arvid arwa asma asta astrid
    athena august augusta aurora ayaan ayan ayla azad aziz babak baran barbro bashir beata beatrice bella bengt
    benjamin benny berit bernt bertil bettan bilal birger birgit birgitta birgitte bjarne boel boris britt britta
    camilla carina carl carl-johan carola carolin carolina caroline casper cassandra catarina catharina cecilia celina
    cesar charlie charlotta charlotte chiara christer christian christina christine christoffer clara colin conny
    cornelia dafina dagmar dagny damian daniel daniela daniella danijela dante dara darin dario daryoush dashti david
    davud deborah denis denise deniz dennis desiree diana diego dilan dilara dina-maria disa dmitri doris douglas ebba
    edda eddie edith edmund edvin eija eila eileen einar eino elaha elena eleonora elham eliana elias elif elin elina
    elinor elis elisa elisabet elisabeth eliza ellen ellie ellinor elliot elma elmer elna elof elsa elsie elton elvin
    elvira emanuel embla emelie emil emilia emilie emily emin emine emma emmy emre enya erica erik erika erland ermin
    ernst esmeralda estelle esther eugen eva evelina evelyn evert fabian fadi fadumo fahad faisal farah farhad farida
    faris fatemeh fatima fatma felicia felix ferdinand filip filippa fiona folke frans fredrik freja freya frida
    fritiof gabriel gabriella georg gerd gerda gerhard gerty ghazal gilbert gisela gittan glenn golnaz goran greger
    greta gudrun gullan gunborg gunilla gunlög gunnar gunnel gunvor gustaf gustav gutte göran gösta göte hadi hafsa
    hamid hamza hana hani hanna hannah hannele hannes harald harun hassan hedda hedvig helen helena helene helga helge
    helin hella helmer henning henrietta henrik henry hilda hilma hjalmar hodan holger hussein håkan hülya ian ibrahim
    ida-maria idil idris idun iman ingalill ingeborg ingegerd ingela ingemar inger ingmar ingrid ingvar irena irene
    irma isabel isabell isabella isabelle isak isla ismael ismail isolde ivan ivar jacob jacqueline jadwiga jakob jama
    jamal jamie jamila jan-erik jan-olof jana jane janet janina janne janos jasmin jasmina jasmine jason javad jean
    jelena jennie jennifer jenny jens jeremy jerker jerzy jesper jessica jim jimmy joacim joakim joanna joel johan
    johanna john johnny jon-erik jonas jonathan jonna jonny jordan jorge josef josefin josefina josefine joseph
    josephine joshua jovana juan judith julia julian juliana julie juliette julius justin jusuf jytte jörgen kaarina
    kaj-erik kajsa kalle kamal kamila kamilla karim karima karin karina karl-erik karolina kasper katarina katarzyna
    katinka katja katrin kenneth kerstin kevin khadija khaled khalid khalil kicki kjell klas knut konrad konstantin
    kristian kristin kristina kristofer kristoffer kurt laila lailas lana lars lasse laura laurens lauri layla lea
    leah leena leif leila lena lennart leo leon leona leonard leonardo leopold leroy leyla liam lidia lidija lilian
    liliana lilja lilly lilo lina linda linn linnéa linus lisa lisbet lisbeth lise lise-lott livia lizette loa loke
    lotta louis louise lovis lovisa lowe luca lucas lucia-maria lucien ludvig luis lukas luna lydia lykke lynn maaria
    madeleine madelene magda magdalena magnus mahad mahamed mahdi mahmoud mahmud maj-britt maja majid majken malak
    malena malia malik malin malte malva manal manfred manne manuel marcel marcus margareta margaretha margit margot
    margret maria mariam mariana marianne marie marielle marika marilyn marin-sofia mario marion marita marja marjo
    markus marlene marta martha martina marwa mary maryam mateo mateusz matilda mats matteo matthias mattias mauritz
    maximilian maya mehdi mehmet meja melina melisa melissa melvin mercedes merve meryem mia michael michaela miguel
    mikael mikaela milan milena milla milo milou milton mimmi minna minoo mio mira miranda mirella miriam mirjam mirza
    moa moha mohamad mohamed mohammad mohammed mohamud molly mona monica monika morgan moses mostafa mubarak muhammad
    muhammed mumin muna mustafa märta måns nabil nadia nadine nadja nahid najma nanna naomi narin nasrin natalia
    natalie natanael natasha nathalie navid nazanin nellie nelly nemo neo nermin nicholas nicklas niclas nicolas
    nicole niels nikita niklas nikola nikolaj nikolina nils nina nisrin noah noel noelia nomi noomi noor nora nour
    noura nova oktavia ola olaf olena olga oliver olivia olle olof oluf omar omid omran orvar oscar oskar osman osvald
    otis ottilia otto owe pablo patricia patrick patrik paul paula paulina pauline pawel peder pedro peggy pelle
    pernilla pernille peter petra petronella petrus petter philip phoebe pierre piotr pirjo pontus preben priya
    quentin rabia rachel rafael ragna ragnar ragnhild rahma raija raimo rakel rami ramin ramona rana rania rasmus
    razan rebecca rebecka reidar reine reza ricard richard rickard rikard rita robert roberta roberto robin roger
    roland rolf roman romeo ronja ronny roya roza ruben rudolf rune rustam ruth ryan sabina sabine sadia safa safia
    sahar said saida sakarias salah saleh saleha salem salim salma salman sami samia samir samira samuel sandra sannah
    santiago sara sarah sascha sawsan sebastian selam selim selin selina selma semir senait shabnam shahin shahram
    shirin sigge sigurd sigvald sigvard simon simona simone sirkka siv-britt sixten snezana sofi sofia sofie sohrab
    solveig sonja soran soraya staffan stanislaw stefan stefania stella stellan stephanie stig-olof stina sture sune
    susann susanna susanne suzanne svante svea sven sven-erik sverker sylvia synnöve sören tage taha tahir taimi
    tamara tanja tarek tariq teddy teodor teresa tesfaye tess thea thelma theo theodor therese thomas thor thorbjörn
    thore tiina tilda tilde tilly timo timothy tindra tintin tobias tomas tommy tony torbjörn tord tore torgny torkel
    torsten torvald tova tova-lo tove tricia trond troy truls tuomas tuulikki tyko tyrone ulf ulf-erik ulla ulla-britt
    ulrica ulrik ulrika ursula valdemar valentin valentina valeria valter vanessa vanja vasilis vega veikko vendela
    vera verner veronica veronika vesna vickan victor victoria vidar vidor viggo viktor viktoria vilda-maria vilgot
    vilhelm vilhelmina villads vilma vilmer vincent virpi vivi vivianne vladimir volodymyr wael wafa wahid walter
    wanja wassim wictor wiktoria wilhelm william willy wilma wilmer wojciech xander xenia yahya yara yasemin yasin
    yasir yasmin yasmine yassin ylva yngve yonas yosef youssef yrsa yusra yusuf yvonne zackarias zahra zainab zakaria
    zakariya zara zehra zeinab zelda zeynep zinar zlata zlatan zohra zoran zuhal åke åsa-maria örjan östen öyvind
    """.split()  # noqa: SIM905
)
