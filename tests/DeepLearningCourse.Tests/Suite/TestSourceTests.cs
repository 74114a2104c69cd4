using System.Globalization;
using System.Text.RegularExpressions;

namespace DeepLearningCourse.Tests.Suite;

/// <summary>Rules of the tests' own sources.</summary>
public sealed partial class TestSourceTests
{
    /// <summary>NUnit's CancelAfter only asks by a token.</summary>
    [Test]
    public void A_limit_that_only_asks_has_a_test_that_listens()
    {
        var unheard = Sources().SelectMany(source => CancelAfter().Matches(source.Text)
            .Where(match => !match.Value.Contains("CancellationToken", StringComparison.Ordinal))
            .Select(match => $"{source.Name}: {match.Groups["name"].Value} takes no token, so CancelAfter ends nothing. TimeLimit does."));

        Assert.That(unheard, Is.Empty);
    }

    /// <summary>Between what float32 and what float64 gives lies the luck of one processor: 1e-6 percent is a relative 1e-8.</summary>
    [Test]
    public void A_tolerance_in_percent_is_that_of_a_type()
    {
        var lucky = Sources().SelectMany(source => Percent().Matches(source.Text)
            .Where(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) is > 1e-8 and < 1e-3)
            .Select(match => $"{source.Name}: {match.Value} is neither float32's (1e-3 or more) nor float64's (1e-8 or less)."));

        Assert.That(lucky, Is.Empty);
    }

    private static IEnumerable<(string Name, string Text)> Sources() =>
        Directory.EnumerateFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Regex.IsMatch(file, @"[\\/](obj|bin)[\\/]"))
            .Select(file => (Path.GetFileName(file), File.ReadAllText(file)));

    [GeneratedRegex(@"\[[^\]\n]*\bCancelAfter\([^\]]*\](\s*\[[^\]]*\])*\s*public [^(\n]*?(?<name>\w+)\([^\n]*\)")]
    private static partial Regex CancelAfter();

    [GeneratedRegex(@"Within\(([0-9.eE+-]+)\)\.Percent")]
    private static partial Regex Percent();
}
