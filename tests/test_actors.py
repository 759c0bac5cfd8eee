"""Registry, mentions and what was rejected. The sentences here are our own; sets in ../shared are read when present."""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

import analysis
from analysis import actors, schema
from analysis.text import analyze, split_sentences, tokenize_sentences

SHARED = Path(__file__).parents[2] / "shared"
TRAPS = SHARED / "testdata" / "actor_traps" / "items.jsonl"
NOTE = "the shared test data is not there"


def table_of(text, doc_id="d"):
    """A sentences table of one row per line of `text`, offsets those of the document."""
    starts = np.cumsum([0] + [len(line) + 1 for line in text.split("\n")])[:-1]
    rows = [(doc_id, n, a, a + len(t), t) for n, (a, t) in enumerate(zip(starts, text.split("\n"), strict=True))]
    return pd.DataFrame(rows, columns=["doc_id", "sentence_id", "start", "end", "text"])


def registry(*rows):
    return actors.load_actors(pd.DataFrame(rows, columns=["actor", "type", "alias"]))


def named(text, table):
    """(surface, actor) of each mention, sentence by sentence."""
    found = actors.find_mentions(table_of(text), table)
    return list(zip(found["surface"], found["actor"], strict=True))


def test_an_office_that_is_an_actor_too_belongs_to_the_name_behind_it():
    table = registry(("ag", "organisation", "Attorney General"), ("Ida Quimby", "person", "Ida Quimby"))
    text = "The Attorney General met Attorney General Ida Quimby."
    assert named(text, table) == [("Attorney General", "ag"), ("Attorney General Ida Quimby", "Ida Quimby")]
    left = actors.rejected_mentions(table_of(text), table)
    assert left[["start", "reason"]].values.tolist() == [[25, "a title before a name"]]


TRUMP = ("Donald Trump", "person", "Donald Trump|Donald J. Trump|Trump")
CLINTONS = (("Hillary Clinton", "person", "Hillary Clinton|Clinton"), ("Bill Clinton", "person", "Bill Clinton"))
BUSHES = (("Jeb Bush", "person", "Jeb Bush"), ("George W. Bush", "person", "George W. Bush|Bush"))
MAY = ("Theresa May", "person", "Theresa May|May")
RICE = ("Condoleezza Rice", "person", "Condoleezza Rice|Rice")
JORDAN = ("Jordan", "state", "Jordan|Jordanian")
WASHINGTON = ("Washington", "place", "Washington")
POST = ("The Post", "media", "Washington Post")


@pytest.mark.parametrize(
    ("rows", "text", "expected"),
    [
        ([TRUMP], "Trump’s plan pleased the anti-Trump camp.", ["Trump", "Trump"]),
        ([TRUMP], "He held the trump card.\nTrump cards were printed.", []),
        ([TRUMP], "Donald Trump, Jr., called.\nDonald Trump Jr. hung up.", []),
        ([TRUMP], "Mary Trump wrote a book on Donald Trump.", ["Donald Trump"]),
        ([TRUMP], "Trump Tower closed and the Trump Organization moved.", []),
        ([TRUMP], "The Trump administration sued while Trump golfed.", ["Trump"]),
        ([TRUMP], "DONALD TRUMP SPEAKS AT NOON.", ["DONALD TRUMP"]),
        ([TRUMP], "Here Donald\nTrump met Donald\xa0Trump.", ["Donald\nTrump", "Donald\xa0Trump"]),
        ([TRUMP], "The clerk called for TRUMP, Donald.", ["TRUMP, Donald"]),
        ([TRUMP, MAY], "In May, Theresa May met Trump, Donald Poe and Roe.", ["Theresa May", "Trump"]),
        ([TRUMP], "Listed were Trump, Donald J. and Trump, Donald; Trump, Donald Jr. too.", ["Trump, Donald"] * 2),
        ([TRUMP], "Then Vice President Pence met President Trump.", ["President Trump"]),
        ([*CLINTONS], "Mr. Clinton and Mrs. Clinton left.", ["Mr. Clinton", "Mrs. Clinton"]),
        ([*CLINTONS], "The Clinton Foundation is not in Clinton, Iowa.", []),
        ([MAY], "In May the talks ended.\nMay said so.\nMay we go?\nOn May 5 they met.", ["May"]),
        ([RICE], "Rice fields flooded.\nRice declined to speak, and Ms. Rice left.", ["Rice", "Ms. Rice"]),
        ([JORDAN], "Jordan Smith plays chess.\nJordan closed a road; Jordanian trucks wait.", ["Jordan", "Jordanian"]),
        (
            [WASHINGTON, POST],
            "Denzel Washington read the Washington Post in Washington.",
            ["Washington Post", "Washington"],
        ),
        ([("France", "state", "France|French")], "French fries are not French policy.", ["French"]),
        ([("Gül", "person", "Abdullah Gül|Gül")], "Abdullah Gul spoke; GÜL left.", ["Abdullah Gul", "GÜL"]),
        ([("WHO", "organisation", "WHO|W.H.O.")], "The WHO met, said the W.H.O. chief, who left.", ["WHO", "W.H.O."]),
    ],
)
def test_names_count_and_look_alikes_do_not(rows, text, expected):
    assert [surface for surface, _ in named(text, registry(*rows))] == expected


KING = ("King", "person", "Martin Luther King Jr.|King")
WALKER = ("Scott Walker", "person", "Scott Walker|Walker")
US, UK = ("US", "state", "United States|US|U.S.|American"), ("UK", "state", "UK|U.K.|British")


@pytest.mark.parametrize(
    ("rows", "text", "expected"),
    [
        # possessives and plurals of a family
        ([US, UK], "The U.S.'s and the U.K.’s envoys left.", ["U.S.", "U.K."]),
        ([TRUMP], "The Trumps flew home. Trumps do not lose, Trump said.", ["Trump"]),
        # lists, and a noun that two demonyms share
        ([US, UK], "The U.S. and British governments met U.S. and British troops.", ["U.S.", "British"] * 2),
        ([TRUMP, *BUSHES], "Presidents Trump and George W. Bush met.", ["Presidents Trump", "George W. Bush"]),
        ([TRUMP, *CLINTONS], "A Trump/Clinton debate; Trump–Clinton polls.", ["Trump", "Clinton"] * 2),
        ([*CLINTONS], "The Clinton-Kaine ticket won, and Clinton smiled.", ["Clinton", "Clinton"]),
        # generations, with and without a comma
        ([KING], "Martin Luther King, Jr. marched. King sang. The king wept.", ["Martin Luther King, Jr.", "King"]),
        ([("King", "person", "King Jr.")], "He met King, Jr. Monday.", ["King, Jr."]),
        # namesakes whose given name the reader knows, titles
        (
            [WALKER],
            "Governor Walker met Herschel Walker.\nGov. Scott Walker left.",
            ["Governor Walker", "Gov. Scott Walker"],
        ),
        ([TRUMP], "Ivanka Trump met President Trump and Lara Trump.", ["President Trump"]),
        ([("Gordon Brown", "person", "Gordon Brown|Brown")], "Gov. Jerry Brown came.\nGov. Brown left.", []),
        (
            [("Lindsey Graham", "person", "Lindsey Graham|Graham")],
            "Billy Graham preached.\nSen. Graham came.",
            ["Sen. Graham"],
        ),
        ([TRUMP], "Donald Trump II won.", ["Donald Trump"]),
        # companies, territories, papers and other parties named after a place or a party
        ([US, UK], "American Airlines and British Airways fly to British Columbia. US Airways flies.", []),
        ([("Sun", "media", "Sun")], "He read the Baltimore Sun, then the Sun.", ["Sun"]),
        ([("Democrats", "organisation", "Democrats")], "The Social Democrats met the Democrats.", ["Democrats"]),
        ([("Bloomberg", "media", "Bloomberg")], "Mr. Bloomberg spoke to Bloomberg.", ["Bloomberg"]),
        ([("America", "state", "America")], "From Latin America to America.", ["America"]),
        # food, games and other nouns
        ([("Turkey", "state", "Turkey")], "Turkey sandwiches are eaten in Turkey.", ["Turkey"]),
        ([("France", "state", "French")], "The French horns played a French air.", ["French"]),
        ([("Fredric March", "person", "March")], "March winds blew. In March, March smiled.", ["March"]),
        # accents, capitals and small words inside a name
        ([("Lula", "person", "Lula da Silva")], "Lula Da Silva met LULA DA SILVA.", ["Lula Da Silva", "LULA DA SILVA"]),
        (
            [("Obrador", "person", "López Obrador")],
            "Lopez Obrador is López-Obrador.",
            ["Lopez Obrador", "López-Obrador"],
        ),
    ],
)
def test_names_of_other_kinds(rows, text, expected):
    assert [surface for surface, _ in named(text, registry(*rows))] == expected


def test_the_men_around_a_leader_are_the_administration():
    text = "Trump officials met the Biden national security team.\nTrump aides, Trump's team and Biden left."
    assert [actor for _, actor in named(text, actors.load_actors())] == [
        "trump_administration", "biden_administration", "donald_trump", "donald_trump", "joe_biden"]  # fmt: skip
    assert named(text, registry(TRUMP))[0] == ("Trump", "Donald Trump")  # a registry without that body
    accented = registry(("v", "person", "Nora Velmé|Velmé"), ("team", "government body", "Velmé administration"))
    assert named("Nora Velmé met Velmé officials.", accented)[1] == ("Velmé", "team")


def test_an_honorific_tells_who_shares_a_surname():
    table = actors.load_actors()
    assert named("Mrs. Clinton spoke; Mr. Clinton sat; Clinton left.", table) == [
        ("Mrs. Clinton", "hillary_clinton"),
        ("Mr. Clinton", "bill_clinton"),
    ]
    sisters = registry(TRUMP, ("m", "person", "Melania Trump"), ("i", "person", "Ivanka Trump"))
    assert named("Mr. and Mrs. Trump came.", sisters) == []  # either may be meant
    assert named("Melania Trump came.\nThen Mrs. Trump left.", sisters)[1] == ("Mrs. Trump", "m")


def test_a_longer_name_of_a_party_is_another_party():
    text = (
        "Christian Democrats sang.\nThe Free Democratic Party and a New Democratic Party sat beside Social Democrats.\n"
        "The Velm Democratic Alliance and a Democratic Progressive met the Orrin Democratic Forces."
    )
    assert named(text, actors.load_actors()) == []
    kept = "Former Democratic aides met Texas and House Democrats.\nNew Democratic rules bind the Velm Democrats."
    found = [surface for surface, _ in named(kept, actors.load_actors())]
    assert found == ["Democratic", "Democrats", "Democratic", "Democrats"]


def test_a_knight_is_called_by_the_given_name():
    table = registry(("nora", "person", "Nora Velm|Velm"), ("ned", "person", "Ned Quimby|Quimby|Ned"))
    text = "Dame Nora Velm sang.\nDame Nora’s song pleased Lord Ned, Sir Nora, Dame Nora Roe and Nora."
    assert [surface for surface, _ in named(text, table)] == ["Dame Nora Velm", "Dame Nora", "Lord Ned"]
    assert named("Dame Nora sang.", table) == [] and actors.rejected_mentions(table_of("Dame Nora Roe."), table).empty


def test_the_branch_of_a_body_in_a_state_is_not_the_state():
    table = registry(UK, ("US", "state", "US|U.S.|USA"))
    text = "Velm UK won.\nHe left Quimby Research UK for a Velm UK team, Velm U.K. and Roe USA Action."
    assert named(text, table) == []
    left = actors.rejected_mentions(table_of(text), table)
    assert set(left["reason"]) == {"inside a longer name: word before"} and len(left) == 5
    kept = "Senior UK aides sat in Velm, UK.\nA post-Velm UK met a Velmish US envoy and, on Monday, UK men."
    assert [surface for surface, _ in named(kept, table)] == ["UK", "UK", "UK", "US", "UK"]
    assert named("Why Velm UK Rose Over The North", table) == [("UK", "UK")]
    assert named("He left Velm UK.\nUK envoys told him.", table) == [("UK", "UK")]


def test_an_initial_is_compared_with_the_given_name_dotted_or_not():
    table = registry(("nora", "person", "Nora Velm|Velm"))
    text = (
        "Coach Nora Velm sang.\nGoals came from Orsk, B Velm, T. Velm and O. Velm.\nThen N Velm and N. Velm met Velm."
    )
    assert [surface for surface, _ in named(text, table)] == ["Coach Nora Velm"] + ["Velm"] * 3


def test_two_surnames_with_a_hyphen_are_one_of_somebody_else():
    table = registry(("nora", "person", "Nora Velm|Velm"), ("ned", "person", "Ned Quimby|Quimby"))
    text = "Nora Velm met Ned Quimby.\nMr Velm-Quimby left, Ann Velm-Quimby sat and Ms Roe-Velm met Ann Quimby-Roe."
    assert len(named(text, table)) == 2
    text = "The Velm-Quimby talks and a Quimby-Roe ticket met Velm-backed men.\nNed Quimby-Velm talks, Velm-Roevia."
    assert len(named(text, table)) == 7


def test_one_of_those_who_share_a_name_may_go_without_a_full_name():
    table = registry(("Jordan", "state", "Jordan"), ("Jim Jordan", "person", "Jim Jordan|Jordan"))
    assert [actor for _, actor in named("Jordan closed a road.", table)] == ["Jordan"]
    assert [actor for _, actor in named("Jim Jordan flew to Jordan.\nJordan liked it.", table)] == [
        "Jim Jordan", "Jordan", "Jim Jordan"]  # fmt: skip


def test_a_changed_registry_is_read_anew():
    table = registry(("a", "person", "Ann Gray"))
    assert named("Ann Gray met Ann Brown.", table) == [("Ann Gray", "a")]
    table["alias"] = "Ann Brown"
    assert named("Ann Gray met Ann Brown.", table) == [("Ann Brown", "a")]


def test_a_surname_belongs_to_whom_the_article_introduced():
    table = registry(*BUSHES)
    assert named("Jeb Bush ran.\nLater Bush withdrew.", table)[1] == ("Bush", "Jeb Bush")
    assert named("George W. Bush ran.\nLater Bush withdrew.", table)[1] == ("Bush", "George W. Bush")
    assert named("Kate Bush sang.\nLater Bush withdrew.", table) == []
    assert named("Mr. Clinton spoke.", registry(*CLINTONS)) == [("Mr. Clinton", "Bill Clinton")]
    shared = registry(("a", "person", "Ann Gray|Gray"), ("b", "person", "Tom Gray|Gray"))
    assert named("Tom Gray came.\nThen Gray sat.", shared) == [("Tom Gray", "b"), ("Gray", "b")]
    assert named("Then Gray sat.", shared) == []


def test_a_full_name_before_a_body_introduces_the_person():
    table = registry(("nora", "person", "Nora Velm|Velm"), ("ned", "person", "Ned Velm|Velm"))
    text = "A post in a Nora Velm administration was open.\nThen Velm sat.\nNed Velm came."
    assert named(text, table) == [("Velm", "nora"), ("Ned Velm", "ned")]


def test_in_jordan_is_the_state_in_any_case():
    table = registry(("Jordan", "state", "Jordan"), ("Ida Jordan", "person", "Ida Jordan|Jordan"))
    text = "Ida Jordan flew home.\nIn Jordan she rested.\nThen Jordan left."
    assert [actor for _, actor in named(text, table)] == ["Ida Jordan", "Jordan", "Ida Jordan"]


def test_what_was_rejected_has_its_reason():
    sentences = table_of("Mary Trump sued.\nTrump Tower stood.\nHere Donald Trump spoke.")
    left = actors.rejected_mentions(sentences, registry(TRUMP))
    assert left["reason"].tolist() == ["inside a longer name: word before", "inside another name: word after"]
    assert list(left.columns) == [*schema.TABLES["mentions"], "reason"]
    assert len(actors.find_mentions(sentences, registry(TRUMP))) == 1


def test_forms_titles_and_offsets():
    table = registry(TRUMP, ("Kremlin", "organisation", "Kremlin"))
    sentences = table_of("It was Trump-proofing, President Donald Trump said.\nThe Kremlin agreed with Trump.")
    found = actors.find_mentions(sentences, table)
    assert found["form"].tolist() == ["compound", "office-with-name", "name", "surname"]
    text = "\n".join(sentences["text"])
    assert [text[a:b] for a, b in zip(found["start"], found["end"], strict=True)] == found["surface"].tolist()
    assert found["target_tone"].isna().all()


def test_in_quote_from_marks_or_from_tokens():
    sentences = table_of("Trump said “Trump is here” to Trump.")
    table = registry(TRUMP)
    assert actors.find_mentions(sentences, table)["in_quote"].tolist() == [False, True, False]
    tokens = tokenize_sentences(sentences).assign(in_quote=lambda t: t["start"] < 5)
    assert actors.find_mentions(sentences, table, tokens=tokens)["in_quote"].tolist() == [True, False, False]


def test_the_tokens_of_a_corpus_give_what_the_sentences_alone_give():
    text = "“Trump is here,” Gül said.\n\nHere Ms. Rice met Donald J. Trump Jr. and anti-Trump men.\n\nA U.S.-led Gül."
    documents = pd.DataFrame({"doc_id": ["a", "b"], "text": [text, text[::-1]]})
    table = registry(TRUMP, RICE, ("Gül", "person", "Abdullah Gül|Gül"), ("us", "state", "U.S."))
    sentences, tokens = analyze(documents)
    found = actors.find_mentions(sentences, table, tokens=tokens)
    pd.testing.assert_frame_equal(found, actors.find_mentions(sentences, table))
    assert found["surface"].tolist() == ["Trump", "Gül", "Ms. Rice", "Trump", "U.S.", "Gül"]
    assert found["form"].tolist()[3] == "compound"


def test_a_name_with_s_of_its_own_and_one_that_owns():
    table = registry(("shop", "organisation", "Tilly's"), ("band", "organisation", "People's Brass|Brass"))
    assert named("Tilly's opened; Tilly closed. The People’s Brass and people's Brass play Brass's songs.", table) == [
        ("Tilly's", "shop"),
        ("People’s Brass", "band"),
        ("Brass", "band"),
        ("Brass", "band"),
    ]
    assert named("Trump's administration sued. Don't trump Tilly’s.", registry(TRUMP)) == [("Trump", "Donald Trump")]


def test_rules_of_a_row():
    rows = [
        ("Gulf", "place", "Gulf", "not_before:War;not_after:Mexican"),
        ("Sun", "media", "Sun", "not_sentence_start"),
    ]
    table = actors.load_actors(pd.DataFrame(rows, columns=["actor", "type", "alias", "rule"]))
    text = "The Gulf War and the Mexican Gulf are not the Gulf.\nSun rose.\nThat the Sun reported."
    assert [a for _, a in named(text, table)] == ["Gulf", "Sun"]


def test_always_counts_where_the_alias_may_be_a_word():
    rows = [("p", "organisation", "Labour", rule) for rule in ("", "always", "always;not_before:pains")]
    for row, expected in zip(rows, ([], ["Labour"] * 2, ["Labour"]), strict=True):
        table = actors.load_actors(pd.DataFrame([row], columns=["actor", "type", "alias", "rule"]))
        assert actors.load_actors(table).equals(table)  # what was empty stays it
        assert [surface for surface, _ in named("Labour sources insisted.\nLabour pains came.", table)] == expected


def test_an_age_behind_a_word_tells_a_person():
    table = registry(("Nora Price", "person", "Nora Price|Price"), ("Ned Young", "person", "Ned Young|Young"))
    text = "Nora Price met Ned Young.\nPrice, 22, sang; Young (40), too.\nPrice: 22% more.\nYoung, 22 of them, sat."
    assert [surface for surface, _ in named(text, table)] == ["Nora Price", "Ned Young", "Price", "Young"]


@pytest.mark.parametrize("rules", [["not_before:gas", "not_sentence_start"], ["not_sentence_start", "not_before:gas"]])
def test_of_two_rules_of_a_row_that_hold_the_first_is_the_reason(rules):
    rows = [("Gulf", "place", "Gulf", ";".join(rules))]
    table = actors.load_actors(pd.DataFrame(rows, columns=["actor", "type", "alias", "rule"]))
    left = actors.rejected_mentions(table_of("Gulf gas burns."), table)
    assert left["reason"].tolist() == [f"rule {rules[0]}"]


def test_empty_tables_keep_columns_and_types():
    table = actors.load_actors()
    found = actors.find_mentions(schema.empty("sentences"), table)
    assert found.dtypes.equals(schema.empty("mentions").dtypes)
    documents = pd.DataFrame({"doc_id": ["d"], "outlet": ["X"], "n_words": [10]})
    for result in (
        actors.mention_rates(found, documents),
        actors.mention_forms(found, documents),
        actors.co_mentions(found),
    ):
        assert result.empty and len(result.columns) > 4


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("actor,alias,type\nx,X Y,alien\n", r"r\.csv, line 2: unknown type 'alien'; use person, state"),
        ("# note\nactor,alias,form\nx,X Y,shape\n", r"r\.csv, line 3: unknown form 'shape'"),
        ("actor,alias,rule\nx,X,sometimes\n", r"r\.csv, line 2: unknown rule 'sometimes'"),
        ("actor,alias,rule\nx,X,not_after:\n", r"r\.csv, line 2: unknown rule 'not_after:'"),
        (
            "actor,alias\nx,Dean\ny,Dean\n",
            r"r\.csv, line 2: alias 'Dean' of x is one of y too; give each a full name",
        ),
        ("actor,label\nx,X\n", r"r\.csv, line 1: column alias is missing"),
        ("actor,alias\n,X\n", r"r\.csv, line 2: actor is empty"),
        ("actor,alias\n", r"r\.csv: it has no rows; give at least one actor"),
    ],
)
def test_a_bad_registry_names_file_and_line(tmp_path, rows, message):
    (tmp_path / "r.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        actors.load_actors(tmp_path / "r.csv")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["Nora"], "actors: found list, not a table; give a pandas DataFrame"),
        (pd.DataFrame({"name": ["Nora"]}), "actors: column actor, alias is missing; found name"),
    ],
)
def test_what_is_no_registry_is_named(given, message):
    with pytest.raises(ValueError, match=message):
        actors.find_mentions(table_of("Nora left."), given)
    with pytest.raises(ValueError, match="found list, not a list; give the path|column actor, alias is missing"):
        actors.load_actors(given)


def test_a_table_of_two_columns_gets_types_and_forms():
    table = actors.load_actors(pd.DataFrame({"actor": ["mary_roe", "acme"], "alias": ["Mary Roe|Roe|Mary", "Acme"]}))
    assert table["type"].tolist() == ["person", "person", "person", "organisation"]
    assert table["form"].tolist() == ["name", "surname", "nickname", "name"]
    assert table["label"].tolist() == ["mary roe"] * 3 + ["acme"]


def test_the_shipped_registry_covers_the_world_and_knows_its_forms():
    table = actors.load_actors()
    assert table.loc[table["type"] == "state", "actor"].nunique() >= 195  # 193 members of the UN and two observers
    forms = table[table["actor"] == "russia"].groupby("form")["alias"].agg(set)
    assert forms["seat"] == {"Kremlin"} and forms["capital"] == {"Moscow"} and "Russian" in forms["demonym"]
    text = "Washington spoke and the Pentagon wrote to Kyiv.\nPresident Biden and the Biden administration waited."
    assert [a for _, a in named(text, table)] == [
        "united_states",
        "pentagon",
        "ukraine",
        "joe_biden",
        "biden_administration",
    ]


def test_rates_stand_beside_counts_and_exact_intervals():
    mentions = actors.find_mentions(table_of("Trump met Trump.\nThen Trump left."), registry(TRUMP))
    documents = pd.DataFrame({"doc_id": ["d", "e"], "outlet": ["X", "Y"], "n_words": [50, 0]})
    rates = actors.mention_rates(mentions, documents).set_index("outlet")
    x = rates.loc["X"]
    assert (x["mentions"], x["n_words"], x["per_1000_words"], x["n_docs"], x["first"]) == (3, 50, 60, 1, 0)
    # exact Poisson limits of a count of 3 (Garwood 1936): 0.6187 and 8.7673
    assert x["low"] * 50 / 1000 == pytest.approx(0.6187, abs=1e-4)
    assert x["high"] * 50 / 1000 == pytest.approx(8.7673, abs=1e-4) == chi2.ppf(0.975, 8) / 2
    assert rates.loc["Y", "mentions"] == 0 and np.isnan(rates.loc["Y", "per_1000_words"])
    assert actors.mention_forms(mentions, documents)["share"].tolist() == [1.0]


def test_tokens_out_of_order_are_refused_and_actors_may_be_categories():
    documents = pd.DataFrame({"doc_id": ["a"], "text": ["Biden met Putin in Kyiv. Putin left."]})
    sentences, tokens = analysis.split_sentences(documents), analysis.tokenize(documents)
    with pytest.raises(ValueError, match="not in the order of the text"):
        actors.find_mentions(sentences, actors.load_actors(), tokens=tokens.iloc[::-1])
    found = actors.find_mentions(sentences, actors.load_actors(), tokens=tokens)
    order = pd.CategoricalDtype(sorted(found["actor"].unique(), reverse=True), ordered=True)
    pairs = actors.co_mentions(found)
    assert len(pairs) == 3
    pd.testing.assert_frame_equal(actors.co_mentions(found.astype({"actor": order})), pairs)


def test_co_mentions_against_chance_within_each_article():
    table = registry(TRUMP, ("Acme", "organisation", "Acme"))
    mentions = actors.find_mentions(table_of("Trump met Acme.\nTrump left.\nTrump ate.\nAcme sold."), table)
    pair = actors.co_mentions(mentions).iloc[0]
    # four sentences name somebody: three Trump, two Acme, so 3 * 2 / 4 together by chance
    assert (pair["actor"], pair["other"], pair["count"], pair["expected"]) == ("Acme", "Donald Trump", 1, 1.5)
    assert pair["association"] == pytest.approx(np.log2(1 / 1.5))


@settings(deadline=None, max_examples=12)
@given(
    st.lists(
        st.sampled_from(["Trump", "trump", "Mr.", "Donald", "“", ",", "Tower", "said", "\n", "é", "Jr.", "x"]),
        max_size=12,
    )
)
def test_accepted_and_rejected_part_the_matches(words):
    sentences, table = table_of(" ".join(words)), registry(TRUMP)
    found = actors.find_mentions(sentences, table)
    left = actors.rejected_mentions(sentences, table)
    every = pd.concat([found, left]).sort_values("start")
    assert (every["start"].to_numpy()[1:] >= every["end"].to_numpy()[:-1]).all()
    text = "\n".join(sentences["text"])
    assert [text[a:b] for a, b in zip(every["start"], every["end"], strict=True)] == every["surface"].tolist()


def test_a_document_does_not_depend_on_the_others():
    one, two = table_of("Jeb Bush ran.\nThen Bush left.", "a"), table_of("Then Bush left.", "b")
    table = registry(*BUSHES)
    both = actors.find_mentions(pd.concat([one, two]), table)
    apart = pd.concat([actors.find_mentions(one, table), actors.find_mentions(two, table)], ignore_index=True)
    pd.testing.assert_frame_equal(both, apart)
    assert both["actor"].tolist() == ["Jeb Bush", "Jeb Bush", "George W. Bush"]


@pytest.mark.skipif(not TRAPS.exists(), reason=NOTE)
def test_every_trap_is_right():
    sys.path.insert(0, str(SHARED / "testdata" / "scorers"))
    scorer = __import__("score_actors")

    def find(text, declared):
        rows = [(r["actor"], r["type"], a) for r in declared for a in r["aliases"]]
        documents = pd.DataFrame({"doc_id": ["d"], "text": [text]})
        whole = pd.DataFrame([("d", 0, 0, len(text), "body", "")], columns=list(schema.TABLES["paragraphs"]))
        return actors.find_mentions(split_sentences(documents, whole), registry(*rows)).to_dict("records")

    items = [json.loads(line) for line in TRAPS.read_text(encoding="utf-8").splitlines()]
    assert scorer.score_items(items, find)["items_with_errors"] == ""


@pytest.mark.skipif(not (SHARED / "testdata" / "annotation").exists(), reason=NOTE)
def test_the_annotated_article_is_found_as_annotated():
    gold = json.loads(next((SHARED / "testdata" / "annotation").glob("*.json")).read_text(encoding="utf-8"))
    text = (SHARED / "corpus" / gold["article"]).read_text(encoding="utf-8")
    lines = [(a, b) for a, b in gold["sentences"]]
    sentences = pd.DataFrame({"doc_id": "d", "sentence_id": range(len(lines)), "start": [a for a, _ in lines],
                              "end": [b for _, b in lines], "text": [text[a:b] for a, b in lines]})  # fmt: skip
    found = actors.find_mentions(sentences, actors.load_actors())
    expected = {
        (m["start"], m["end"], m["actor"]) for m in gold["mentions"] if m["in"] == "body" and not m.get("nested")
    }
    assert set(zip(found["start"], found["end"], found["actor"], strict=True)) == expected


def test_articles_without_an_outlet_stand_for_themselves():
    rows = [("a", 0, "Ann Hill"), ("b", 0, "Ann Hill"), ("c", 5, "Ann Hill")]
    mentions = pd.DataFrame(rows, columns=["doc_id", "start", "actor"]).assign(in_quote=False, form="name")
    documents = pd.DataFrame({"doc_id": list("abc"), "outlet": ["Tide", None, ""], "n_words": [100, 200, 300]})
    rates = actors.mention_rates(mentions, documents, by=["outlet"])
    assert rates[["outlet", "mentions", "n_words"]].values.tolist() == [["Tide", 1, 100], ["b", 1, 200], ["c", 1, 300]]
    assert actors.mention_forms(mentions, documents)["outlet"].tolist() == ["Tide", "b", "c"]
    numbered = documents.assign(doc_id=[1, 2, 3])
    assert actors.mention_rates(mentions.assign(doc_id=[1, 2, 3]), numbered)["outlet"].tolist() == ["2", "3", "Tide"]
    unknown = mentions.assign(actor=["Ann Hill", None, "Ann Hill"])
    assert actors.mention_rates(unknown, documents)["mentions"].tolist() == [1, 0, 1]
    for by, message in (("desk", "documents: column desk is missing"), (["outlet", "n_words"], "not the name of one")):
        with pytest.raises(ValueError, match=message):
            actors.mention_rates(mentions, documents, by)


def test_a_surname_that_stands_alone_too_makes_a_person():
    two = [("daniel", "Daniel Brandt"), ("daniel", "Brandt"), ("hana", "Hana Brandt"), ("hana", "Brandt")]
    rows = [*two, ("keller", "Maria Keller"), ("keller", "Keller"), ("bank", "Dunau Bank"), ("bank", "Bank")]
    registry = analysis.load_actors(pd.DataFrame(rows, columns=["actor", "alias"]))
    assert registry.groupby("actor")["type"].first().to_dict() == {
        "daniel": "person", "hana": "person", "keller": "person", "bank": "organisation"
    }  # fmt: skip
    assert registry.loc[registry["alias"].isin(["Brandt", "Keller"]), "form"].tolist() == ["surname"] * 3
    text = "Daniel Brandt spoke. It cost a lot, according to Brandt. Then Brandt left."
    documents = pd.DataFrame({"doc_id": ["a", "b"], "text": [text, "Then Brandt left."]})
    found = analysis.extract_features(documents, registry).mentions
    assert found[["doc_id", "actor"]].to_numpy().tolist() == [["a", "daniel"]] * 3


def test_titles_of_councils_police_church_and_nobility_belong_to_the_name():
    titles = ["Cllr", "Councillor", "Coun", "Ald", "Det Insp", "Chief Supt", "Mx", "Coach", "Baroness", "Lady"]
    table = registry(("nora", "person", "Nora Velm|Velm"))
    for title in titles:
        assert [s for s, _ in named(f"Nora Velm sat. {title} Velm left.", table)] == ["Nora Velm", f"{title} Velm"]
    for title in ("Lord", "Fr", "Viscount", "Monsignor"):  # a man
        assert len(named(f"Nora Velm sat. {title} Velm left.", table)) == 1
