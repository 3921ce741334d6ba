"""What the platform publishes."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from fastapi.responses import HTMLResponse

from kiosk.matters.models import Bilingual
from kiosk.server import api_fields as fields
from kiosk.server import api_published as published
from kiosk.server import cases
from kiosk.server.acting import ID_HEADER, Caller, caller_of
from kiosk.server.context import Platform
from kiosk.server.database import to_json
from kiosk.server.described import SERVER_TROUBLE, problems
from kiosk.server.pages import case_page, guide_page, notice_page, unknown_page
from kiosk.server.problems import ProblemError


def public_routes(platform: Platform) -> APIRouter:
    router = APIRouter()

    @router.get(
        "/v1/catalogue/base",
        response_model=published.BaseCatalogueOut,
        tags=["publication"],
        summary="The province's base catalogue (Article 5)",
        responses=SERVER_TROUBLE,
    )
    def base_catalogue(caller: Annotated[Caller, Depends(caller_of)]) -> published.BaseCatalogueOut:
        base = platform.published.base(caller.id)
        items = [published.BaseItem(catalog_code=each.catalog_code, name=each.name) for each in base.items]
        return published.BaseCatalogueOut(version=base.version, items=items)

    @router.get(
        "/v1/guides/{task_code}",
        response_model=published.GuideOut,
        tags=["publication"],
        summary="A published guide with its 26 elements (Articles 7, 9, 12)",
        responses={304: {"description": "Not changed since `If-None-Match`"}, **problems("matter-unknown")},
    )
    def guide(
        task_code: Annotated[str, Path(pattern=fields.TASK_CODE)],
        caller: Annotated[Caller, Depends(caller_of)],
        if_none_match: Annotated[str | None, Header(max_length=1000)] = None,
    ) -> Response:
        matter = platform.published.matter(task_code, caller.id)
        if matter is None:
            raise ProblemError("matter-unknown")

        def words(text: Bilingual) -> fields.Words:
            return fields.Words(zh=text.zh, en=text.en)

        told = published.GuideOut(
            task_code=matter.task_code,
            catalog_code=matter.catalog_code,
            task_version=matter.task_version,
            name=words(matter.name),
            plain_name=words(matter.plain_name),
            department=words(matter.department),
            shape=matter.shape.value,
            guide=matter.guide.model_dump(mode="json"),
        )
        body = to_json(told.model_dump(mode="json")).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": ID_HEADER}
        seen = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
        if tag in seen or "*" in seen:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    @router.get(
        "/p/{reference}",
        response_class=HTMLResponse,
        tags=["publication"],
        summary="What a slip's QR code leads to: the state of a case, without personal data",
        responses={404: {"description": "Not found yet", "content": {"text/html": {}}}},
    )
    def public_page(
        reference: Annotated[str, Path(max_length=60, pattern=r"^[0-9A-Za-z-]+$")],
    ) -> HTMLResponse:
        answer = cases.by_reference(platform, reference)
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        if answer is None:
            return HTMLResponse(unknown_page(), 404, headers)
        return HTMLResponse(case_page(answer), headers=headers)

    @router.get(
        "/p/guides/{task_code}",
        response_class=HTMLResponse,
        tags=["publication"],
        summary="A guide to read on a telephone: what the QR code of a guide leads to",
        responses={404: {"description": "No such matter", "content": {"text/html": {}}}},
    )
    def public_guide(task_code: Annotated[str, Path(pattern=fields.TASK_CODE)]) -> HTMLResponse:
        matter = platform.published.matter(task_code)
        return HTMLResponse(unknown_page(), 404) if matter is None else HTMLResponse(guide_page(matter))

    @router.get(
        "/p/notices/{task_code}",
        response_class=HTMLResponse,
        tags=["publication"],
        summary="A one-time notice to read on a telephone: what is missing, and nothing of whom",
        responses={404: {"description": "No such matter", "content": {"text/html": {}}}},
    )
    def public_notice(
        task_code: Annotated[str, Path(pattern=fields.TASK_CODE)],
        missing: Annotated[str, Query(max_length=3300, pattern=r"^[A-Z0-9_,]*$")] = "",
    ) -> HTMLResponse:
        matter = platform.published.matter(task_code)
        if matter is None:
            return HTMLResponse(unknown_page(), 404)
        return HTMLResponse(notice_page(matter, tuple(missing.split(","))))

    return router
