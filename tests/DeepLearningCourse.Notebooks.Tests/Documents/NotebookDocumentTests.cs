using DeepLearningCourse.Notebooks.Documents;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Notebooks.Tests.Documents;

public sealed class NotebookDocumentTests
{
    [Test]
    public void What_is_unknown_stays_and_jupyters_form_is_kept()
    {
        const string Json = """
            {
             "cells": [
              {
               "cell_type": "markdown",
               "id": "uno",
               "metadata": {
                "tags": [
                 "x"
                ]
               },
               "source": [
                "# Ñandú\n",
                "<b>texto</b>"
               ]
              }
             ],
             "metadata": {
              "kernelspec": {
               "display_name": "Python 3",
               "name": "python3"
              },
              "other": 1.5
             },
             "nbformat": 4,
             "nbformat_minor": 5
            }

            """;

        var document = NotebookDocument.Parse(Json, "a.ipynb");

        Assert.That(document.ToJson(), Is.EqualTo(Json.ReplaceLineEndings("\n")));
        Assert.That(document.Cells.Single().Source, Is.EqualTo("# Ñandú\n<b>texto</b>"));
    }

    [Test]
    public void The_same_cells_give_the_same_file()
    {
        static string Make() => NotebookDocument.New([NotebookCell.New("code", "1"), NotebookCell.New("code", "1"), NotebookCell.New("markdown", "")]).ToJson();

        var first = Make();
        Assert.That(Make(), Is.EqualTo(first));
        Assert.That(NotebookDocument.Parse(first, "a").Cells.Select(cell => (string?)cell.Json["id"]).Distinct().Count(), Is.EqualTo(3));
    }

    [Test]
    public void Letters_are_written_as_jupyter_writes_them()
    {
        var json = NotebookDocument.New([NotebookCell.New("markdown", "🙂 ñ\u00a0\u2028 \u001b[31m <\"\\\t")]).ToJson();

        Assert.That(json, Does.Contain("\"🙂 ñ\u00a0\u2028 \\u001b[31m <\\\"\\\\\\t\""));
    }

    [Test]
    public void Old_notebooks_get_no_ids_and_repeated_ids_are_made_different()
    {
        const string Cells = "{ \"cells\": [{ \"cell_type\": \"raw\", \"source\": \"a\" ID }, { \"cell_type\": \"raw\", \"source\": \"b\" ID }], \"nbformat\": 4 MINOR }";
        static string Again(string id, string minor) =>
            NotebookDocument.Parse(Cells.Replace("ID", id, StringComparison.Ordinal).Replace("MINOR", minor, StringComparison.Ordinal), "a").ToJson();

        Assert.That(Again("", ""), Does.Not.Contain("\"id\""));
        Assert.That(Again("", ", \"nbformat_minor\": 4"), Does.Not.Contain("\"id\""));
        var ids = NotebookDocument.Parse(Again(", \"id\": \"x\"", ", \"nbformat_minor\": 5"), "a").Cells.Select(cell => (string?)cell.Json["id"]).ToList();
        Assert.That(ids[0], Is.EqualTo("x"));
        Assert.That(ids, Is.Unique);
    }

    [TestCase("{ \"cells\": [", "cut short")]
    [TestCase("[]", "no list of cells")]
    [TestCase("{ \"cells\": [1], \"nbformat\": 4 }", "no notebook")]
    [TestCase("{ \"worksheets\": [], \"nbformat\": 3 }", "format 3")]
    [TestCase("", "no notebook")]
    [TestCase("{ \"cells\": [], \"cells\": [], \"nbformat\": 4 }", "cells")]
    [TestCase("{ \"cells\": [{ \"cell_type\": 1 }], \"nbformat\": 4 }", "cell 1")]
    [TestCase("{ \"cells\": [{ \"cell_type\": \"code\", \"source\": {} }], \"nbformat\": 4 }", "source of cell 1")]
    [TestCase("{ \"cells\": [{ \"cell_type\": \"code\", \"outputs\": 3 }], \"nbformat\": 4 }", "outputs of cell 1")]
    [TestCase("{ \"cells\": [{ \"cell_type\": \"code\", \"metadata\": { \"dlc\": 3 } }], \"nbformat\": 4 }", "cell 1")]
    [TestCase("{ \"cells\": [], \"nbformat\": 4, \"metadata\": 3 }", "metadata")]
    [TestCase("{ \"cells\": [{ \"cell_type\": \"raw\", \"source\": \"\\ud800\" }], \"nbformat\": 4 }", "no notebook")]
    public void A_file_that_is_no_notebook_is_refused_with_a_sentence(string text, string reason) =>
        Assert.That(() => NotebookDocument.Parse(text, "broken.ipynb"), Throws.TypeOf<NotebookException>().With.Message.Contains(reason).And.Message.Contains("broken.ipynb"));

    [Test]
    public void A_file_that_is_missing_is_named()
    {
        using TemporaryFolder folder = new();
        var path = Path.Combine(folder.FullName, "none.ipynb");

        Assert.That(() => NotebookDocument.Read(path), Throws.TypeOf<NotebookException>().With.Message.Contains("none.ipynb"));
        Assert.That(() => NotebookDocument.New([]).Write(Path.Combine(path, "in", "none.ipynb")),
            Throws.TypeOf<NotebookException>().With.Message.Contains("none.ipynb' cannot be written: "));
    }
}
