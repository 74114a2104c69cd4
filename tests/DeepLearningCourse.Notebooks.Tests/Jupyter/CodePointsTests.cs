using DeepLearningCourse.Notebooks.Jupyter;

namespace DeepLearningCourse.Notebooks.Tests.Jupyter;

public sealed class CodePointsTests
{
    [TestCase("abc", 2, 2)]
    [TestCase("a😀b", 1, 1)]
    [TestCase("a😀b", 2, 3)]
    [TestCase("a😀b", 3, 4)]
    [TestCase("ñé", 2, 2)]
    [TestCase("", 0, 0)]
    public void Positions_are_converted_both_ways(string text, int codePoints, int units)
    {
        Assert.That(CodePoints.ToUtf16(text, codePoints), Is.EqualTo(units));
        Assert.That(CodePoints.FromUtf16(text, units), Is.EqualTo(codePoints));
    }

    [TestCase(-5, 0)]
    [TestCase(99, 4)]
    public void A_position_outside_is_at_the_nearer_end(int codePoints, int units) =>
        Assert.That(CodePoints.ToUtf16("a😀b", codePoints), Is.EqualTo(units));

    [Test]
    public void A_position_within_a_character_is_before_it() => Assert.That(CodePoints.FromUtf16("a😀b", 2), Is.EqualTo(1));
}
