"""How problems appear in the OpenAPI description: by status, each with its codes and an example."""

from __future__ import annotations

from typing import Any, Final

from kiosk.matters.models import Matter
from kiosk.server.api_models import EXAMPLE_APPLICATION
from kiosk.server.api_published import ProblemOut
from kiosk.server.problems import KINDS, MEDIA_TYPE, ProblemError

Responses = dict[int | str, dict[str, Any]]


def problems(*codes: str) -> Responses:
    """The ``responses`` of a route that may end in these problems, and in those of every route."""
    found: Responses = {}
    for code in (*codes, "store-unavailable", "internal"):
        kind = KINDS[code]
        entry = found.setdefault(
            kind.status,
            {
                "description": "",
                "content": {
                    MEDIA_TYPE: {
                        "schema": {"$ref": "#/components/schemas/ProblemOut"},
                        "examples": {},
                    }
                },
            },
        )
        separator = " · " if entry["description"] else ""
        entry["description"] += f"{separator}`{code}`: {kind.detail_en}"
        entry["content"][MEDIA_TYPE]["examples"][code] = {"value": ProblemError(code).document()}
    return found


SERVER_TROUBLE: Final = problems()


def with_known_matter(description: dict[str, Any], matter: Matter) -> dict[str, Any]:
    """An example of an application that this platform takes: of a matter that it has."""
    own = matter.rehearsal
    given = ("name", "number", "birth", "sex", "ethnicity", "address")
    card = {name: str(value) for name in given if (value := getattr(own.card, name, ""))}
    # What is not owed is there; the example is accepted as it stands.
    materials = [
        {"code": each.code, "status": "owed" if each.owing is not None else "provided"}
        for each in matter.guide.materials
    ]
    assert isinstance(EXAMPLE_APPLICATION, dict)
    example = {
        **EXAMPLE_APPLICATION,
        "task_code": matter.task_code,
        "task_version": matter.task_version,
        "applicant": {"kind": "resident", "source": "samv", **card},
        "answers": dict(own.answers),
        "materials": materials,
    }
    description["components"]["schemas"]["ApplicationRequest"]["examples"] = [example]
    return description


def with_problem_schema(description: dict[str, Any]) -> dict[str, Any]:
    """Put the problem's own schema into the description, and problems in place of FastAPI's 422."""
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    schema = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas["ProblemOut"] = schema
    for path in description.get("paths", {}).values():
        for operation in path.values():
            answers = operation["responses"]
            if "application/json" in answers.get("422", {}).get("content", {}):
                answers["422"] = problems("request-invalid")[422]
            if "requestBody" in operation:
                answers.setdefault("400", problems("request-malformed")[400])
                answers.setdefault("413", problems("body-too-large")[413])
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return description
