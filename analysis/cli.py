"""The command `parallax`: report, features, actors, audit. Exit codes: 0 done, 1 done with findings, 2 bad input."""

import argparse
import os
import sys

import analysis


def main(arguments=None):
    """Run the command line `arguments` (default: the process's own) and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a name that the terminal cannot show is no error
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except KeyboardInterrupt:
        print("parallax: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from analysis.report import ReportError

        if not isinstance(error, (ValueError, OSError, ReportError)) or os.environ.get("PARALLAX_DEBUG"):
            raise
        missing = isinstance(error, FileNotFoundError) and error.filename
        _tell(f"parallax: {error.filename}: no such file; check the path" if missing else f"parallax: {error}")
        return 2


def _tell(line):
    from analysis.audit import printable

    print(printable(line), file=sys.stderr)


def _tell_all(problems):
    for row in problems.itertuples():
        _tell(f"{row.file}: {row.problem} ({row.detail}); {row.fix}")


def _parser():
    parser = argparse.ArgumentParser(prog="parallax", description="One story, several outlets, side by side.")
    parser.add_argument("--version", action="version", version=f"parallax {analysis.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name, run, summary):
        sub = commands.add_parser(name, help=summary, description=summary)
        about = "a folder of .txt, .md or .html, or a .csv, .jsonl or .parquet file"
        sub.add_argument("path", metavar="PATH", help=about)
        sub.set_defaults(run=run)
        return sub

    report = command("report", _report, "run the notebooks on PATH and write offline HTML pages")
    report.add_argument("--out", metavar="DIR", default="reports", help="the folder of the pages (default: reports)")
    registry = "a registry of actors (default: PATH/actors.csv, else the shipped one"
    drafted = "and a draft of the names that it lacks)"
    report.add_argument("--actors", metavar="CSV", help=f"{registry} {drafted}")
    report.add_argument("--title", metavar="T", help="the corpus's name on the pages (default: the folder's)")
    extract = command("features", _features, "write the tables of PATH as Parquet, without text")
    extract.add_argument("--out", metavar="DIR", required=True, help="the folder of the tables")
    extract.add_argument("--actors", metavar="CSV", help=f"{registry})")
    extract.add_argument("--scheduler", metavar="ADDRESS", help="a Dask cluster, or local for one on this machine")
    actors = command("actors", _actors, "draft a registry of the actors named in PATH, to edit")
    actors.add_argument("--out", metavar="CSV", help="the file to write (default: standard output)")
    command("audit", _audit, "what was read, decoded, left out, repeated or doubtful, file by file")
    return parser


def _report(options):
    from analysis.report import build_report

    index = build_report(options.path, options.out, actors=options.actors, title=options.title)
    print(f"Open {index}")
    return 0


def _features(options):
    from analysis import features, scale

    registry = features.read_registry(options.path, options.actors)
    problems = scale.stream_features(options.path, options.out, registry, scheduler=options.scheduler)
    _tell_all(problems)
    print(f"Wrote {options.out}")
    return int((problems["problem"] == "extraction failed").any())


def _actors(options):
    from analysis import corpus

    documents, problems = corpus.read_documents(options.path)
    _tell_all(problems)
    draft = analysis.suggest_actors(documents)
    draft.to_csv(options.out or sys.stdout, index=False)
    if options.out:
        print(f"Wrote {len(draft):,} rows to {options.out}: edit it and pass it with --actors")
    return 0


def _audit(options):
    from analysis import audit

    return audit.print_audit(options.path)
