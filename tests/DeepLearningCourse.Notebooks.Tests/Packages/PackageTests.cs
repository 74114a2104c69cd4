using DeepLearningCourse.Notebooks.Execution;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Notebooks.Tests.Packages;

[NonParallelizable]
public sealed class PackageTests
{
    private CodeSession session = null!;
    private RecordedOutput output = null!;

    [SetUp]
    public void Begin() => (session, output) = (new CodeSession(), new RecordedOutput());

    [TearDown]
    public void End()
    {
        session.Dispose();
        output.Started.Dispose();
    }

    [Test, TimeLimit(300)]
    public void A_package_is_used_in_the_cell_that_names_it_and_in_later_ones()
    {
        NeedsRegistry(session.Execute("#r \"nuget: Humanizer.Core, 2.14.1\"\nusing Humanizer;\nTimeSpan.FromDays(14).Humanize(culture: System.Globalization.CultureInfo.InvariantCulture)", output), "2 weeks");
        Shows(session.Execute("\"SomeName\".Humanize()", output), "Some name");
        Assert.That(session.Complete("\"a\".Humani", 10).Items, Does.Contain("Humanize"));
    }

    [Test, TimeLimit(300)]
    public void A_package_of_the_notebook_itself_stays()
    {
        Shows(session.Execute("#r \"nuget: TorchSharp, 0.100.0\"\ntypeof(TorchSharp.torch).Assembly == typeof(DeepLearningCourse.Models.MyNeuralNetwork).GetMethod(\"parameters\").ReturnType.Assembly", output), null);
        Assert.That(output.Text, Does.Contain("TorchSharp").And.Contain("0.100.0").And.Contain("built in"));
    }

    [Test, TimeLimit(300)]
    public void A_package_that_does_not_exist_is_a_sentence_and_fails_no_later_cell()
    {
        using TemporaryFolder folder = new();
        var error = session.Execute($"#i \"nuget: {folder.FullName}\"\n#r \"nuget: Nobody.Has.Ever.Made.This.Package, 1.0.0\"", output).Error!;

        Assert.That(error.Name, Is.EqualTo("PackageError"));
        Assert.That(error.Message, Does.Contain("Nobody.Has.Ever.Made.This.Package").And.Contain("1.0.0").And.Contain(folder.FullName).And.Contain("NU1"));
        Shows(session.Execute("1 + 1", output), "2");
    }

    [Test, TimeLimit(300)]
    public void A_library_s_file_is_used()
    {
        var path = typeof(TestAttribute).Assembly.Location;

        Shows(session.Execute($"#r \"{path}\"\ntypeof(NUnit.Framework.TestAttribute).Name", output), "TestAttribute");
    }

    [TestCase("#r \"no/such/library.dll\"", "no file")]
    [TestCase("#!fsharp\nlet x = 1", "#!fsharp")]
    [TestCase("#r nuget: A", "not understood")]
    public void A_line_that_cannot_be_followed_is_a_sentence_with_its_number(string code, string expected)
    {
        var error = session.Execute("// comment\n" + code, output).Error!;

        Assert.That(error.Message, Does.Contain(expected).And.Contain("Line 2"));
        Assert.That(error.Line, Is.EqualTo(2));
    }

    [Test]
    public void A_line_for_C_sharp_itself_is_passed_over() => Shows(session.Execute("#!csharp\n1 + 1", output), "2");

    private static void Shows(CellResult result, string? expected)
    {
        Assert.That(result.Error, Is.Null, () => string.Join('\n', result.Error!.Traceback));
        Assert.That(result.Value, Is.Not.Null);

        if (expected is not null)
        {
            Assert.That(result.Value!.Content["text/plain"], Is.EqualTo(expected));
        }
    }

    private static void NeedsRegistry(CellResult result, string expected)
    {
        if (result.Error is { } error && error.Message.Contains("NU1301", StringComparison.Ordinal))
        {
            Assert.Ignore("The registry cannot be reached: " + error.Message);
        }

        Shows(result, expected);
    }
}
