using System.Text.RegularExpressions;
using System.Xml.Linq;
using DeepLearningCourse.Models;

namespace DeepLearningCourse.Tests.Architecture;

public sealed partial class HouseTests
{
    // The way of the data through the lecture: a folder may use those before it, never those after it.
    private static readonly string[] Folders =
        ["Runtime", "Data", "Models", "Optimization", "Metrics", "Checkpoints", "Training", "Inference"];

    [Test]
    public void Arrows_point_one_way()
    {
        var wrong = Sources("src/DeepLearningCourse")
            .SelectMany(file => Uses().Matches(File.ReadAllText(file))
                .Select(match => (From: FolderOf(file), To: match.Groups[1].Value, File: Path.GetFileName(file))))
            .Where(arrow => Array.IndexOf(Folders, arrow.To) > Array.IndexOf(Folders, arrow.From))
            .Select(arrow => $"{arrow.From}/{arrow.File} uses {arrow.To}");

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Every_folder_has_its_place_in_the_order() =>
        Assert.That(Sources("src/DeepLearningCourse").Select(FolderOf).Distinct(), Is.SubsetOf(Folders));

    [Test]
    public void Every_public_type_says_what_it_is()
    {
        var assembly = typeof(MyNeuralNetwork).Assembly;
        var documentation = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"));
        var documented = documentation.Descendants("member").Select(member => (string)member.Attribute("name")!).ToHashSet();

        var silent = assembly.GetExportedTypes().Where(type => !documented.Contains("T:" + type.FullName!.Replace('+', '.')));

        Assert.That(silent, Is.Empty);
    }

    [Test]
    public void Every_public_exception_is_expected_by_some_test()
    {
        var tests = string.Concat(Sources("tests/DeepLearningCourse.Tests").Select(File.ReadAllText));

        var untested = typeof(MyNeuralNetwork).Assembly.GetExportedTypes()
            .Where(type => type.IsAssignableTo(typeof(Exception)))
            .Where(type => !tests.Contains($"<{type.Name}>", StringComparison.Ordinal));

        Assert.That(untested, Is.Empty);
    }

    [Test]
    public void The_library_writes_to_no_console_of_its_own()
    {
        var writers = Sources("src/DeepLearningCourse")
            .Where(file => ConsoleWrite().IsMatch(File.ReadAllText(file)))
            .Select(Path.GetFileName);

        Assert.That(writers, Is.Empty);
    }

    /// <summary>C# has no mixin, so the bases of networks with one, two and three inputs repeat their overrides.</summary>
    /// <summary>The compiler takes a try that does nothing away, and with it what its finally block keeps from an abort; a Debug build does not show it.</summary>
    [Test]
    public void A_try_that_does_nothing_is_not_optimized()
    {
        // The attribute stands at most this many characters before.
        const int Before = 600;
        var optimized = Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file) is var text && EmptyTry().Matches(text).Any(match =>
                !text[Math.Max(0, match.Index - Before)..match.Index].Contains("NoOptimization", StringComparison.Ordinal)));

        Assert.That(optimized, Is.Empty);
    }

    [GeneratedRegex(@"try\s*\{(?:\s*//[^\n]*)*\s*\}\s*finally")]
    private static partial Regex EmptyTry();

    [Test]
    public void The_bases_of_networks_are_equal_but_for_their_inputs()
    {
        var overrides = Sources("src/DeepLearningCourse/Models")
            .Where(file => Path.GetFileName(file).StartsWith("MyNeuralNetwork{", StringComparison.Ordinal))
            .Select(File.ReadAllText)
            .Select(text => text[text.IndexOf("    /// <summary>The registry, as", StringComparison.Ordinal)..])
            .ToList();

        Assert.That(overrides, Has.Count.EqualTo(3));
        Assert.That(overrides.Distinct().Count(), Is.EqualTo(1));
    }

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Regex.IsMatch(file, @"[\\/](obj|bin)[\\/]"));

    private static string FolderOf(string file) =>
        Path.GetRelativePath(Repository.PathOf("src/DeepLearningCourse"), file).Split(Path.DirectorySeparatorChar)[0];

    [GeneratedRegex(@"\bDeepLearningCourse\.(\w+)\s*[;.]")]
    private static partial Regex Uses();

    [GeneratedRegex(@"\bConsole\.(Write|Out|Error)")]
    private static partial Regex ConsoleWrite();
}
