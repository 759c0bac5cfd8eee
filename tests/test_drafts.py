"""Drafts of a registry: grouping, types, doubts."""

import pandas as pd
import pytest

import analysis
from analysis import actors, drafts


def test_a_draft_registry_can_be_loaded_and_says_what_is_doubtful():
    text = "Then Gov. Zelda Quimby met Putin in Quahog.\nLater Quimby read it.\nAgain Quimby sat in Quahog."
    draft = drafts.suggest_actors(pd.DataFrame({"doc_id": ["d"], "text": [text]}))
    drafted = draft[draft["note"] == "drafted"].set_index("alias")
    assert drafted.loc["Quimby", ["actor", "form", "count"]].tolist() == ["zelda_quimby", "surname", 2]
    assert drafted.loc["Zelda Quimby", "type"] == "person" and drafted.loc["Quahog", "type"] == "place"
    assert "vladimir_putin" in set(draft.loc[draft["note"] == "", "actor"])
    assert len(actors.load_actors(draft)) == len(draft)


def test_a_draft_holds_no_words_that_only_open_sentences():
    text = (
        "Prices rose. Six men came. I'm here, said Gov. Ida Quimby of Quahog. Prices fell as prices do. Six left."
        "\n\nThe Bureau of Lamps met Quimby. The Bureau of Lamps sat with Deputy Prime Minister Ulf Orsok of Quahog."
    )
    draft = drafts.suggest_actors(pd.DataFrame({"doc_id": ["d"], "text": [text]}))
    assert set(draft["alias"]) == {"Ida Quimby", "Quahog", "Bureau of Lamps", "Ulf Orsok"}
    assert set(draft.loc[draft["type"] == "person", "alias"]) == {"Ida Quimby", "Ulf Orsok"}


def test_an_office_without_a_name_is_no_actor():
    draft = draft_of("The Attorney General left. Then Attorney General Ida Quimby met the Attorney General of Quahog.")
    assert set(draft.index) == {"Ida Quimby"}


def test_a_name_begins_after_an_owner_and_a_role():
    draft = draft_of("The Quahog Bee's Ann Orsok met Historian Ned Quimby. Later the Quahog Bee praised Ned Quimby.")
    assert set(draft.index) == {"Ann Orsok", "Ned Quimby", "Quahog Bee"}


def draft_of(*texts):
    draft = drafts.suggest_actors(pd.DataFrame({"doc_id": [str(n) for n in range(len(texts))], "text": texts}))
    return draft[draft["note"] == "drafted"].set_index("alias")


def test_a_draft_gives_a_surname_to_whom_its_article_names_in_full():
    draft = draft_of(
        "The farmer Ida Quimby spoke. Quimby sat, then Quimby and Ida M. Quimby left.",
        "Said the singer Ned Quimby. Later Quimby sang.",
    )
    surnames = draft.loc[["Quimby"]].set_index("actor")
    assert surnames["count"].to_dict() == {"ida_quimby": 2, "ned_quimby": 1}
    assert set(surnames["rule"]) == {"after_full_name"}
    assert draft.loc["Ida M. Quimby", "actor"] == "ida_quimby"


@pytest.mark.parametrize("texts", [[], [""], ["small words only."], ["Putin left."]])
def test_a_draft_of_nothing_new_keeps_its_columns(texts):
    draft = drafts.suggest_actors(
        pd.DataFrame({"doc_id": [str(n) for n in range(len(texts))], "text": texts}, dtype="str")
    )
    assert list(draft.columns) == [*actors.COLUMNS, "count", "n_docs", "doubtful"] and "drafted" not in set(
        draft["note"]
    )
    assert {str(dtype) for dtype in draft.dtypes} == {"str", "int64"}


def test_a_draft_tells_lands_peoples_and_persons_by_the_words_beside_them():
    draft = draft_of(
        "Snow fell in Quahoria. The mayor, Orsk Velm, said so. A Quahorian ship left Quahoria for the Zarn region.\n\n"
        "Recall Zarn, said Orsk Velm, 54, to Quahorian men. Near Zarn they recall it. Muslims and Jews met Muslims."
    )
    assert draft["type"].to_dict() == {
        "Quahoria": "place",
        "Quahorian": "place",
        "Zarn": "place",
        "Orsk Velm": "person",
    }
    assert draft.loc["Quahorian", ["actor", "form"]].tolist() == ["quahoria", "demonym"]
    assert draft.loc["Zarn", "count"] == 3


def test_a_job_before_a_name_is_no_other_person():
    draft = draft_of(
        "Welder Orsk Velm, 54, said no. Stoker Ned Quimby sat.", "Then Orsk Velm, who wept, met Ann Lee Zarn, 30."
    )
    assert draft["actor"].to_dict() == {
        "Orsk Velm": "orsk_velm",
        "Welder Orsk Velm": "orsk_velm",
        "Ned Quimby": "ned_quimby",
        "Ann Lee Zarn": "ann_lee_zarn",
    }


def test_a_surname_that_two_share_is_of_whom_the_article_names_first_and_the_honorific_tells():
    text = "Cllr Nora Quimby beat Cllr Ned Quimby. Mrs Quimby sang. 'I am sad,' Mr Quimby said. Quimby danced."
    documents = pd.DataFrame({"doc_id": ["d"], "text": [text]})
    draft = drafts.suggest_actors(documents)
    surname = draft[draft["alias"] == "Quimby"]
    assert surname[["actor", "rule", "doubtful"]].values.tolist() == [["nora_quimby", "after_full_name", ""]]
    found = analysis.extract_features(documents, draft)
    assert found.mentions["actor"].tolist() == [f"{x}_quimby" for x in ("nora", "ned", "nora", "ned", "nora")]
    assert found.quotes["actor"].tolist() == ["ned_quimby"]


def test_a_longer_name_that_holds_a_known_one_is_drafted_whole():
    draft = draft_of(
        "Ohio Democrat Ned Quimby sat. The Liberal Democrats met the Blue Party at Trump Tower. Then the Blue Party "
        "and the Liberal Democrats sat in Trump Tower. The Green Party told the Independent Lamp Commission of it.",
        "The Green Party and the Independent Lamp Commission, said Ann Clinton of Quahog.",
    )
    assert draft["type"].to_dict() == {
        "Blue Party": "organisation", "Green Party": "organisation", "Liberal Democrats": "organisation",
        "Trump Tower": "place", "Independent Lamp Commission": "organisation",
        "Ned Quimby": "person", "Ann Clinton": "person",
    }  # fmt: skip


def test_datelines_and_what_lies_at_a_place_tell_it():
    draft = draft_of(
        "QUAHOG, England — The men of Quahog met.", "QUAHOG (Tide) - Zarn harbour froze. England saw Zarn."
    )
    assert draft["type"].to_dict() == {"QUAHOG|Quahog": "place", "Zarn": "place", "England": "place"}
