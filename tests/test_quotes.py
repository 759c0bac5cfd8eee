"""Quotations, their speakers and verbs. Expected values: read off the sentences, which were written for these tests."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis import marks, quotes, schema, text

SHARED = Path(__file__).parents[2] / "shared"


def table(*texts):
    return pd.DataFrame({"doc_id": [f"d{i}" for i in range(len(texts))], "text": texts}).astype("str")


def lines(documents):
    """Every line that is not blank as a body paragraph, whatever the rules on furniture say of such short texts."""
    rows = []
    for doc_id, article in zip(documents["doc_id"], documents["text"], strict=True):
        place = 0
        for n, line in enumerate(article.split("\n")):
            if line.strip():
                rows.append((doc_id, n, place + len(line) - len(line.lstrip()), place + len(line.rstrip()), "body", ""))
            place += len(line) + 1
    return pd.DataFrame(rows, columns=["doc_id", "paragraph_id", "start", "end", "kind", "rule"])


def find(*texts, **options):
    documents = table(*texts)
    return quotes.find_quotes(documents, paragraphs=lines(documents), **options)


def told(article, kind="speech"):
    """(words, speaker, cue) of every quotation of a kind; None for what is missing."""
    found = find(article)
    found = found[found["kind"] == kind]
    return [
        (article[q.start : q.end], None if pd.isna(q.speaker) else q.speaker, None if pd.isna(q.cue) else q.cue)
        for q in found.itertuples()
    ]


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        ("Anna Weiss said: “The dam will hold.”", [("The dam will hold.", "Anna Weiss", "say")]),
        ("“The dam will hold,” Anna Weiss said.", [("The dam will hold,", "Anna Weiss", "say")]),
        ("“The dam will hold,” said Anna Weiss, an engineer.", [("The dam will hold,", "Anna Weiss", "say")]),
        (
            "“The dam,” said Anna Weiss, “will hold.”",
            [("The dam,", "Anna Weiss", "say"), ("will hold.", "Anna Weiss", "say")],
        ),
        (
            "Weiss, the engineer in charge, warned that the dam was “full of holes.”",
            [("full of holes.", "Weiss", "warn")],
        ),
        (
            "The ministry’s spokesman, Karl Beck, called the plan “a fairy tale.”",
            [("a fairy tale.", "Karl Beck", "call")],
        ),
        ("Two officials told reporters the gate was “stuck fast.”", [("stuck fast.", "officials", "tell")]),
        (
            "The gate was “stuck fast,” according to a report by the river board.",
            [("stuck fast,", "report", "according to")],
        ),
        ("The river, as Governor Lena Holm put it, is “our road.”", [("our road.", "Lena Holm", "put it")]),
        (
            "Beck wrote that it was “a lake,” but Weiss insists it is “a puddle.”",
            [("a lake,", "Beck", "write"), ("a puddle.", "Weiss", "insist")],
        ),
    ],
)
def test_speaker_before_after_and_in_the_middle(article, expected):
    assert told(article) == expected


def test_a_pronoun_names_the_last_person_who_fits():
    article = (
        "Anna Weiss met Karl Beck on Monday. “We agreed,” she said. “He smiled,” he said later.\n"
        "They left. Several residents waited outside. “It rained,” they said."
    )
    assert [s for _, s, _ in told(article)] == ["she [Anna Weiss]", "he [Karl Beck]", "they [residents]"]
    article = "Oona Brandt said the guild could pay. Ruo Costa disagreed. “Dams are cheap,” she said."
    assert told(article)[0][1] == "she [Ruo Costa]"  # of two whose sex is unknown the last, whatever the verb
    article = "Niamh Brandt met Declan Costa and left. “We agreed,” he said. “I paid,” she said."
    assert [s for _, s, _ in told(article)] == ["he [Declan Costa]", "she [Niamh Brandt]"]
    article = "The Dam Builders’ Association said it was old, though Oona Brandt said it holds.\n“We paid,” she said."
    assert told(article)[0][1] == "she [Oona Brandt]"  # a body is no she
    assert told("“It rained,” he said.") == [("It rained,", "he", "say")]  # nobody is named: left open


def test_whom_one_tells_may_be_cheering():
    assert [speaker for _, speaker, _ in told("“It holds,” Anna Weiss told cheering crowds. “I stay.”")] == [
        "Anna Weiss"
    ] * 2


def test_a_free_standing_quotation_goes_on_with_its_speaker():
    article = "“We waited,” Anna Weiss said. “Nobody came.”\n“Then the water rose.”"
    assert [s for _, s, _ in told(article)] == ["Anna Weiss"] * 3
    article = "“We waited.\n“Nobody came,” Anna Weiss said."
    assert told(article)[1] == ("Nobody came,", "Anna Weiss", "say")


@pytest.mark.parametrize(
    ("article", "speaker"),
    [
        # of a name with a place, a body or an office only the name
        ("“It holds,” said Anna Weiss of Lower Elba.", "Anna Weiss"),
        ("“It holds,” said Anna Weiss of nearby Elba.", "Anna Weiss"),
        ("“It holds,” said Anna Weiss of the Elba River Guild.", "Anna Weiss"),
        ("“It holds,” said River Post reporter Anna Weiss.", "Anna Weiss"),
        ("“It holds,” said the guild’s director, Anna Weiss.", "Anna Weiss"),
        ("“It holds,” the director, however, said.", "director"),
        ("“It holds,” said Sen. Brom King of Elba, who was there.", "Brom King"),
        ("“It holds,” Rep. Anna K. Weiss of Elba, who was there, told reporters.", "Anna K. Weiss"),
        ("“It holds,” said Water Board and River Guild Secretary Anna Weiss.", "Anna Weiss"),
        ("“It holds,” said the University of Elba.", "University of Elba"),
        ("“It holds,” the River Department said.", "River Department"),
        ("“It holds,” said Engineers for Dry Feet.", "Engineers for Dry Feet"),
        ("Anna Weiss told the River Post the dam “will hold.”", "Anna Weiss"),
        # who holds an office, in capitals or not, before or behind the verb; a place behind it holds none
        ("The Prime Minister of Elba, Anna Weiss, said: “It holds.”", "Anna Weiss"),
        ("“It holds,” Anna Weiss, the Prime Minister of Elba, said.", "Anna Weiss"),
        ("“It holds,” said the Prime Minister of Elba, Anna Weiss, who was there.", "Anna Weiss"),
        ("“It holds,” said the mayor of Elba, Anna Weiss.", "Anna Weiss"),
        ("“It holds,” the President, Weiss, said.", "Weiss"),
        ("It “holds,” according to the Secretary of the River Guild, Anna Weiss.", "Anna Weiss"),
        ("The Mayor of Dunau, Elba, said: “It holds.”", "Mayor of Dunau"),
        ("The mayor of Dunau, North Elba, said: “It holds.”", "mayor"),
        ("According to the guild, Elba’s “dam will hold.”", "guild"),
        # small words, points and numbers inside names
        ("“It holds,” said Anna von der Aue.", "Anna von der Aue"),
        ("“It holds,” Mr. de Aue said.", "de Aue"),
        ("“It holds,” said Engineers Without Rivers.", "Engineers Without Rivers"),
        ("“It holds,” Karl F. Beck Jr. said.", "Karl F. Beck Jr."),
        ("“It holds,” said Karl F. Beck Jr.", "Karl F. Beck Jr."),
        ("“It holds,” said J. Martin Beck.", "J. Martin Beck"),
        ("“It holds,” the St. Martin Old River Guild said.", "St. Martin Old River Guild"),
        ("“It holds,” said river board chairman Karl Long (D).", "Karl Long"),
        # a party, a state, a dateline and whoever is told are nobody's words
        ("“It holds,” Sen. Anna Weiss, R-Elba, the chairwoman, told reporters.", "Anna Weiss"),
        ("“It holds,” Sen. Anna Weiss (R-Elba), the chairwoman, told reporters.", "Anna Weiss"),
        ("“It holds,” Sen. Anna Weiss, D-Elb., told reporters.", "Anna Weiss"),
        ("“It holds,” Rep. Anna Weiss (D., Elb.) told reporters.", "Anna Weiss"),
        ("Rep. Anna Weiss (R), who was there, said: “It holds.”", "Anna Weiss"),
        ("“It holds,” Anna Weiss, the mayor of Dunau, EL, said.", "Anna Weiss"),
        ("“It holds,” said Anna Weiss of Dunau, Elba, who was there.", "Anna Weiss"),
        ("DUNAU, Elba (RTV) — Anna Weiss left, calling the dam “a wall of sand and straw.”", "Anna Weiss"),
        ("NATO — which built the dam — called it “a wall of stone and steel.”", "NATO"),
        ("On the dam, “a wall of sand,” told reporters nothing.", None),
        ("“It holds,” Anna Weiss (Lab, Lower Elba) said.", "Anna Weiss"),
        ("“It holds,” said Anna Weiss, 30, who was there.", "Anna Weiss"),
        ("“It holds,” Baroness Weiss said.", "Weiss"),
        ("The MP for Elba, Anna Weiss, said: “It holds.”", "Anna Weiss"),
        # what is written speaks: the verb is no noun before a stop
        ("“It holds,” the letter states.", "letter"),
        ("“It holds,” the lawsuit claims, citing notes.", "lawsuit"),
        ("“It holds,” her report notes.", "report"),
        # some of many: the quotation is next to their phrase
        ("“It holds,” one of them said.", "them"),
        ("“It holds,” some of the weavers said.", "weavers"),
        ("One of her lawyers, Anna Weiss, said the dam “holds.”", "Anna Weiss"),
        ("A film of him saying the dam “holds” was shown.", "him"),
        ("A man accused of robbing her aunt said the dam “holds.”", "man"),
        ("“It holds,” one said.", "one"),
        ("Lower Elba MLA Oona Brandt said the dam “holds.”", "Oona Brandt"),
        ("River Left Dry Feet TD Oona Ó Brandt said the dam “holds.”", "Oona Ó Brandt"),
        ("An aide close to Anna Weiss said the dam “holds.”", "aide"),
        ("Officials loyal to Anna Weiss said the dam “holds.”", "Officials"),
        ("It was, said one tired weaver, “like a long wet dream.”", "weaver"),
        ("Elba boss Anna Weiss: “The dam will hold for good.”", "Anna Weiss"),
        ("Elba treasurer Anna Weiss: “The dam will hold for good.”", "Anna Weiss"),
        ("A letter signed by Anna Weiss says the dam is “unsafe”.", "letter"),
        ("It was signed by Anna Weiss, who said the dam “holds.”", "Anna Weiss"),
        ("Karl Beck denied claims by Anna Weiss that he was “a bully.”", "Anna Weiss"),
        # what others had done is in the words of who says so, what they had said in theirs
        ("Weiss said the guild had shown “a casual contempt for dams.”", "Weiss"),
        ("Weiss said Karl Beck had called it “a puddle of mud.”", "Karl Beck"),
        # two speakers
        ("“It holds,” said Anna Weiss and Karl Beck.", "Anna Weiss and Karl Beck"),
        ("“It holds,” Rep. Anna Weiss and Gov. Karl Beck said.", "Anna Weiss and Gov. Karl Beck"),
        ("Weiss and Beck said: “It holds.”", "Weiss and Beck"),
    ],
)
def test_the_speaker_is_the_name_and_nothing_beside_it(article, speaker):
    found = find(article)["speaker"]
    assert found.isna().all() if speaker is None else found.tolist() == [speaker]


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        # right behind a quotation any noun speaks, with the name beside it, and is no clause of its own
        ("“It holds,” said the baker, Ilka Moor.", ("It holds,", "Ilka Moor", "say")),
        ("“It holds,” said a weaver, Ilka Moor, who was there.", ("It holds,", "Ilka Moor", "say")),
        ("“Does it hold?” asked the baker.", ("Does it hold?", "baker", "ask")),
        ("“It holds,” conceded one veteran of the flood.", ("It holds,", "veteran", "concede")),
        ("“Holding On,” posted the clip to the guild’s page.", None),
    ],
)
def test_any_noun_speaks_right_behind_a_quotation(article, expected):
    assert told(article) == ([expected] if expected else []) and told(article, "indirect") == []


@pytest.mark.parametrize(
    ("article", "kind", "words"),
    [
        ("The river rises while the “experts” of the town sleep.", "scare", "experts"),
        ("The mayor wants to build a “green wall” along the river.", "scare", "green wall"),
        ("Critics say the so-called “dry” dam failed.", "scare", "dry"),
        ("Not much is known about these “engineers.”", "scare", "engineers."),
        ("She keeps the novel “The Long Wet Summer” on her desk.", "title", "The Long Wet Summer"),
        ("A ship known as the “Albatross” lies in port.", "title", "Albatross"),
        ("He appeared on RTV’s “Good Evening Harbour” in May.", "title", "Good Evening Harbour"),
    ],
)
def test_scare_quotes_and_titles_are_no_speech(article, kind, words):
    assert told(article, kind) == [(words, None, None)]
    assert told(article) == []


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        ("Beck said that the gate had failed.", [("the gate had failed", "Beck", "say")]),
        ("The gate had failed twice, Beck said.", [("The gate had failed twice", "Beck", "say")]),
        ("According to Anna Weiss, the gate had failed.", [("the gate had failed", "Anna Weiss", "according to")]),
        ("The gate had failed, according to two engineers.", [("The gate had failed", "engineers", "according to")]),
        (
            "According to the Prime Minister of Elba, Anna Weiss, the gate failed.",
            [("the gate failed", "Anna Weiss", "according to")],
        ),
        (
            "According to three people who know her, the mayor wants the gate gone.",
            [("the mayor wants the gate gone", "people", "according to")],
        ),
        # what nobody says is no report; whether, if and why are one, and so is a denial
        ("Beck did not say that the gate had failed.", []),
        ("Beck never said the gate had failed.", []),
        ("No engineer has said that the gate failed.", []),
        ("No one has said that the gate failed.", []),
        ("Nobody at the guild believes that the gate failed.", []),
        ("Beck declined to comment on the gate.", []),
        ("Beck refused to say why it failed.", []),
        ("The guild did not respond to calls.", []),
        ("Beck would not say whether it failed.", [("whether it failed", "Beck", "say")]),
        ("Beck did not deny that the gate failed.", [("the gate failed", "Beck", "deny")]),
        ("Beck, who did not come, said that it failed.", [("it failed", "Beck", "say")]),
        ("Critics, who say the gate failed, left.", [("the gate failed", "Critics", "say")]),
        ("The report is on the table of the state.", []),  # nouns that look like verbs
        ("Her claims and his calls were in the notes.", []),
        ("Rail passengers wait at the gate.", []),
        ("Weiss signed the promised deal with the guild.", []),
        ("Elba won in the last minute of added time in May.", []),
        ("Two reports, police said, were lost.", [("were lost", "police", "say")]),
        ("Costs and demands, he said, are up.", [("are up", "he", "say")]),
        ("It fell after three recounts, officials said.", [("It fell after three recounts", "officials", "say")]),
        ("Claims of theft were in the notes.", []),
        ("Good morning and welcome to the show.", []),
        ("The shares added 3% in May, Beck said.", [("The shares added 3% in May", "Beck", "say")]),
        ("The plan announced by the River Guild in May failed.", []),
        ("Letters seen by the River Guild say the gate failed.", [("the gate failed", "Letters", "say")]),
        ("Records of the game show he left early.", [("he left early", "Records", "show")]),
        ("The chief officer, Anna Weiss, denied the claim.", [("the claim", "Anna Weiss", "deny")]),
        # what another has told ends before who says so
        (
            "The guild was told that the gate could fall, Beck said.",
            [("The guild was told that the gate could fall", "Beck", "say"), ("the gate could fall", None, "tell")],
        ),
        (
            "DUNAU, Elba, May 3 (River Wire) - Two bridges fell, officials said.",
            [("Two bridges fell", "officials", "say")],
        ),
        ("State Senator Anna Weiss said it failed.", [("it failed", "Anna Weiss", "say")]),
        (
            "Weiss, 30, who denied any theft, said it failed.",
            [("any theft", "Weiss", "deny"), ("it failed", "Weiss", "say")],
        ),
        ("Weiss and the River Guild said it failed.", [("it failed", "Weiss and the River Guild", "say")]),
        ("I believe the gate will fail again.", []),  # the writer is no source
        ("Beck believes Weiss said the gate failed.", [("Weiss said the gate failed", "Beck", "believe")]),
    ],
)
def test_reported_speech_without_marks(article, expected):
    found = told(article, "indirect")
    assert [(w.removesuffix(", left"), s, c) for w, s, c in found] == expected


def test_a_quotation_inside_another_has_its_row_but_counts_once():
    found = find("Weiss said: “Beck told me ‘never again’ on the phone.”")
    assert found["kind"].tolist() == ["speech", "scare"]
    assert found["n_words"].tolist() == [8, 2]
    documents = table("x").assign(outlet="A", n_words=10)
    assert quotes.quote_shares(found, documents)["n_words"].tolist() == [8]


def test_columns_dtypes_and_offsets():
    article = "“Ö is fine,” said Zoë Ek. “Is it?”"
    found = find(article, "No marks here.")
    assert found.dtypes.to_dict() == schema.empty("quotes").dtypes.to_dict()
    assert [article[a:b] for a, b in zip(found["start"], found["end"], strict=True)] == ["Ö is fine,", "Is it?"]
    assert found["n_words"].tolist() == [3, 2]
    assert found["quote_id"].tolist() == [0, 1]
    for nothing in (find(), find("No marks here."), find("")):
        assert not len(nothing)
        assert nothing.dtypes.to_dict() == found.dtypes.to_dict()


def test_tables_already_there_change_nothing():
    documents = table("Anna Weiss said “no.” She left.", "“Yes,” they said.")
    paragraphs = lines(documents)
    given = quotes.find_quotes(
        documents,
        paragraphs=paragraphs,
        tokens=text.tokenize(documents, paragraphs),
        quoted=marks.quoted_spans(documents, paragraphs),
    )
    pd.testing.assert_frame_equal(given, quotes.find_quotes(documents, paragraphs=paragraphs))


def test_rows_do_not_depend_on_the_other_documents():
    texts = ["Anna Weiss spoke. “No,” she said.", "“Yes,” she said. Beck left.", "Karl Beck said the gate failed."]
    texts += ["Anna Weiss said: “It holds.”", "The “gates\n“of straw” fell."]  # the last goes on with no speech
    together = find(*texts)
    for i, article in enumerate(texts):
        alone = find(article).drop(columns="doc_id")
        rows = together[together["doc_id"] == f"d{i}"].drop(columns="doc_id")
        pd.testing.assert_frame_equal(rows.reset_index(drop=True), alone)


def test_actor_by_mention_and_by_alias():
    article = "“No,” said Prime Minister Anna Weiss. “Yes,” said Karl Beck. “Maybe,” she said."
    mention = article.index("Anna Weiss")
    mentions = pd.DataFrame({"doc_id": ["d0"], "start": [mention], "end": [mention + 10], "actor": ["weiss"]})
    assert find(article, mentions=mentions)["actor"].fillna("").tolist() == ["weiss", "", "weiss"]
    joint = "“No,” said Karl Beck and Anna Weiss."
    mentions = pd.DataFrame({"doc_id": ["d0"] * 2, "start": [11, 25], "end": [20, 35], "actor": ["beck", "weiss"]})
    assert [joint[a:b] for a, b in zip(mentions["start"], mentions["end"], strict=True)] == ["Karl Beck", "Anna Weiss"]
    assert find(joint, mentions=mentions)["actor"].tolist() == ["beck"]
    assert find(joint, mentions=mentions[1:])["actor"].tolist() == ["weiss"]
    documents = table(article + " " + joint)
    actors = pd.DataFrame({"actor": ["weiss", "beck"], "alias": ["Anna Weiss", "Karl Beck"]})
    found = quotes.find_quotes(documents, actors, paragraphs=lines(documents))
    assert found["actor"].tolist() == ["weiss", "beck", "weiss", "beck"]
    assert find("“Poor,” was how Anna Weiss described it.", actors=actors)["actor"].isna().all()  # nobody speaks
    with pytest.raises(ValueError, match="actors: column alias is missing"):
        quotes.find_quotes(documents, actors[["actor"]], paragraphs=lines(documents))


def test_words_of_two_sources_count_once_in_any_order_of_rows():
    rows = [(0, 40, "Beck", 7), (10, 60, "Weiss", 9), (60, 80, "Weiss", 4), (100, 140, "Beck", 8), (100, 120, "Orr", 4)]
    found = pd.DataFrame(rows, columns=["start", "end", "speaker", "n_words"])
    found = found.assign(doc_id="d0", kind="indirect", actor=None, cue="say")
    for rows in (found, found[::-1], found.astype({"speaker": "category", "actor": "category", "cue": "string"})):
        shares = quotes.quote_shares(rows, table("x").assign(outlet="A", n_words=30))
        assert dict(zip(shares["actor"], shares["n_words"], strict=True)) == {"Beck": 15, "Weiss": 4}


def test_a_verb_off_the_list_of_ones_own_has_no_stance_but_its_row():
    found = find("Anna Weiss warned that it leaks. Karl Beck said that it holds. It was “fine” to Karl Beck.")
    verbs = quotes.reporting_verbs(found, table("x"), by="doc_id", verbs=pd.DataFrame({"verb": ["say"]}))
    assert set(zip(verbs["cue"], verbs["stance"].fillna("none"), strict=True)) == {("warn", "none"), ("say", "neutral")}


def test_tokens_may_come_in_any_order():
    documents = table("“It holds,” said Anna Weiss. She said that it is old.", "Karl Beck said: “It leaks, and badly.”")
    given = {"paragraphs": lines(documents)}
    tokens = text.tokenize(documents, given["paragraphs"])
    expected = quotes.find_quotes(documents, tokens=tokens, **given)
    later = tokens["doc_id"] == "d1"
    for other in (pd.concat([tokens[later], tokens[~later]]), tokens.sample(frac=1, random_state=0)):
        pd.testing.assert_frame_equal(quotes.find_quotes(documents, tokens=other, **given), expected)
    assert len(expected) == 3


def test_shares_and_verbs_by_outlet():
    found = find(
        "“One two three,” said Anna Weiss. Officials claimed that four five six.",
        "“One,” Karl Beck admitted. “Two three,” said Anna Weiss.",
    )
    documents = table("x", "y").assign(outlet=["A", "B"], n_words=[20, 10])
    shares = quotes.quote_shares(found, documents).set_index(["outlet", "actor"])
    assert shares["n_words"].to_dict() == {
        ("A", "Anna Weiss"): 3,
        ("A", "officials"): 3,
        ("B", "Anna Weiss"): 2,
        ("B", "Karl Beck"): 1,
    }
    assert shares["share"].to_list() == pytest.approx([1 / 2, 1 / 2, 2 / 3, 1 / 3])
    assert shares["share_of_words"].to_list() == pytest.approx([3 / 20, 3 / 20, 2 / 10, 1 / 10])
    assert shares["named"].to_dict()["A", "Anna Weiss"]
    assert not shares["named"].to_dict()["A", "officials"]
    assert quotes.quote_shares(found, documents.drop(columns="n_words"))["share_of_words"].isna().all()
    verbs = quotes.reporting_verbs(found, documents)
    stances = {(v.actor, v.cue): v.stance for v in verbs.itertuples()}
    assert stances["officials", "claim"] == "doubt"
    assert stances["Karl Beck", "admit"] == "endorse"
    assert stances["Anna Weiss", "say"] == "neutral"
    assert verbs["n_quotes"].sum() == 4
    nothing = quotes.quote_shares(found.head(0), documents)
    assert not len(nothing)
    assert list(nothing) == list(shares.reset_index())


def test_a_reader_may_bring_other_verbs():
    article = "“It holds,” chirped Anna Weiss of the board."
    assert [c for _, _, c in told(article)] != ["chirp"]
    verbs = pd.DataFrame({"verb": ["chirp"], "stance": ["doubt"]})
    assert find(article, verbs=verbs)["cue"].tolist() == ["chirp"]
    with pytest.raises(ValueError, match="table, line 1: stance 'odd'; use neutral, doubt, endorse"):
        quotes.load_verbs(verbs.assign(stance="odd"))
    with pytest.raises(ValueError, match="table, line 2: chirp stands already on line 1"):
        quotes.load_verbs(pd.concat([verbs, verbs]))


def test_a_list_without_verbs_finds_none(tmp_path):
    article = "“It holds,” said Anna Weiss.\nWeiss on the dam: “It holds for good.”\nShe said that it will hold."
    (tmp_path / "none.csv").write_text("verb,stance\n", encoding="utf-8")
    for verbs in (pd.DataFrame({"verb": []}), tmp_path / "none.csv"):
        found = find(article, verbs=verbs)
        assert found["cue"].isna().all() and found["kind"].tolist() == ["scare", "speech"]
        assert found["speaker"].fillna("").tolist() == ["", "Weiss"]  # by the colon
        assert not len(quotes.reporting_verbs(found, table(article), by="doc_id", verbs=verbs))


def test_forms_of_verbs():
    forms = quotes.load_verbs().set_index("verb")["forms"].str.split()
    assert set(forms["say"]) == {"say", "says", "sayed", "saying", "said"}
    assert {"denies", "denied", "denying"} <= set(forms["deny"])
    assert {"urges", "urged", "urging"} <= set(forms["urge"])
    assert {"admitted", "admitting"} <= set(forms["admit"])
    assert {"stresses", "agreed", "agreeing"} <= set(forms["stress"]) | set(forms["agree"])


def test_missing_column_is_named():
    with pytest.raises(ValueError, match="documents: column text is missing"):
        quotes.find_quotes(pd.DataFrame({"doc_id": ["a"]}))


@pytest.mark.skipif(
    not (SHARED / "testdata/annotation").exists(), reason="no ../shared: the annotated article is not here"
)
def test_speech_and_speakers_of_the_annotated_article():
    gold = json.loads(next((SHARED / "testdata/annotation").glob("*.json")).read_text(encoding="utf-8"))
    article = (SHARED / "corpus" / gold["article"]).read_text(encoding="utf-8")
    found = quotes.find_quotes(pd.DataFrame({"doc_id": ["a"], "text": [article]}))
    found = found[found["kind"] == "speech"]
    speech = {
        (q["start"], q["end"]): q["speaker"] for q in gold["quotes"] if q["kind"] == "speech" and q["in"] == "body"
    }
    ours = dict(zip(zip(found["start"], found["end"], strict=True), found["speaker"].fillna(""), strict=True))
    hits = speech.keys() & ours.keys()
    assert 2 * len(hits) / (len(speech) + len(ours)) >= 0.95
    right = [set(ours[k].replace("[", "").split()) & set(speech[k].split()) for k in hits if speech[k]]
    assert np.mean([bool(r) for r in right]) >= 0.85


@pytest.mark.skipif(not (SHARED / "testdata/polnear").exists(), reason="no ../shared: PolNeAR is not here")
def test_bars_on_polnear():
    """Half of the articles; direct and indirect speech each measured alone, with the scorer's half overlap."""
    listing = (SHARED / "testdata/polnear/articles.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in listing.split("\n") if line][::2]
    documents = table(*[r["text"] for r in rows])
    found = quotes.find_quotes(documents, paragraphs=lines(documents))
    for kind, precision_bar, recall_bar in (("speech", 0.95, 0.95), ("indirect", 0.60, 0.50)):
        right = of = hit = wanted = 0
        for i, row in enumerate(rows):
            marked = np.zeros(len(row["text"]) + 1, bool)
            spans = marks.quoted_spans(documents.iloc[[i]], lines(documents.iloc[[i]]))
            for a, b in zip(spans["start"], spans["end"], strict=True):
                marked[a:b] = True
            gold, ours = np.zeros((2, len(marked)), bool)
            for attribution in row["attributions"]:
                for a, b in attribution["content"]:
                    gold[a:b] = True
            quoted = found[(found["doc_id"] == f"d{i}") & (found["kind"] == kind)]
            for a, b in zip(quoted["start"], quoted["end"], strict=True):
                right, of, ours[a:b] = right + (gold[a:b].mean() >= 0.5), of + 1, True
            for attribution in row["attributions"]:
                place = np.array([x for a, b in attribution["content"] for x in range(a, b)], int)
                inside = place[marked[place]]
                if len(inside) == 0 if kind == "speech" else len(inside) > 0 or not len(place):
                    continue
                need = inside if kind == "speech" else place
                wanted += 1
                hit += ours[need].mean() >= 0.5
        assert right / of >= precision_bar, kind
        assert hit / wanted >= recall_bar, kind


@pytest.mark.parametrize(
    ("article", "actor"),
    [
        ("“It holds,” said Mr. Keller.", ""),
        ("“It holds,” said Mrs. Keller.", "maria"),
        ("“It holds,” said Governor Keller.", "maria"),
        ("Paul Keller met the press. “It holds,” Keller said.", ""),
        ("Paul Keller met Maria Keller. “It holds,” Keller said.", "maria"),
    ],
)
def test_without_mentions_a_namesake_is_told_by_what_stands_before_the_surname(article, actor):
    actors = pd.DataFrame({"actor": ["maria", "maria"], "alias": ["Maria Keller", "Keller"]})
    assert find(article, actors=actors)["actor"].fillna("").tolist() == [actor]


def test_without_mentions_a_surname_that_two_share_is_nobodys():
    rows = [("paul", "Paul Keller"), ("paul", "Keller"), ("maria", "Maria Keller"), ("maria", "Keller")]
    actors = pd.DataFrame(rows, columns=["actor", "alias"])
    documents = pd.DataFrame({"doc_id": ["a"], "text": ["Maria Keller met the press. “We will win,” Keller said."]})
    for table in (actors, actors.iloc[::-1]):
        assert analysis.find_quotes(documents, table)["actor"].isna().all()
    assert analysis.extract_features(documents, actors).quotes["actor"].tolist() == ["maria"]


def test_a_participle_that_opens_a_sentence_ends_before_the_speaker():
    article = "Asked if the boiler had been checked, Mira Dahl said it was new."
    assert told(article, "indirect")[-1] == ("it was new", "Mira Dahl", "say")
    article = "Responding to the board, Jonas Falk denied that he had left early."
    assert told(article, "indirect") == [("he had left early", "Jonas Falk", "deny")]


def test_no_before_a_number_denies_nothing():
    assert told("No 12 has said that the levy would rise.", "indirect")[0][0] == "the levy would rise"
    assert not told("No clerk has said that the levy would rise.", "indirect")
