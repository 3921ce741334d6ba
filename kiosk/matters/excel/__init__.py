"""Matters as Excel workbooks, for those who write guides in the usual template, and back.

``layout`` says which sheet holds what, ``writing`` makes a workbook, ``opening`` looks whether one is safe to
read, ``reading`` takes it in and tells each mistake by its cell (办事指南!C7).
"""
