using System.Buffers.Binary;
using System.Text;
using DeepLearningCourse.Models;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Tests.Models;

/// <summary>What the format of safetensors allows and what it does not.</summary>
public sealed class SafetensorsHeaderTests : TensorTest
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [TestCase("{\"a\":A0-4,\"b\":A8-12}", 12, "4 bytes before 'b' belong to no tensor.")]
    [TestCase("{\"a\":A4-8}", 8, "4 bytes before 'a' belong to no tensor.")]
    [TestCase("{\"a\":A0-4}", 5, "1 bytes at its end belong to no tensor.")]
    [TestCase("{}", 3, "3 bytes at its end belong to no tensor.")]
    public void Bytes_of_no_tensor_are_refused(string header, int length, string problem) => Assert.That(() => Keys(header, length), Refused(
        problem + " It is damaged, or what wrote it does not keep to the format: save it again with safetensors."));

    [TestCase("{\"a\":A0-4,\"b\":A0-4}", 4, "'b' lies over another tensor.")]
    [TestCase("{\"a\":A0-4,\"b\":A2-6}", 6, "'b' lies over another tensor.")]
    [TestCase("{\"a\":A0-4,\"e\":E2,\"b\":A4-8}", 8, "'e' lies over another tensor.")]
    [TestCase("{\"a\":A0-4,\"a\":A4-8}", 8, "'a' is described twice.")]
    [TestCase("{\"__metadata__\":{},\"__metadata__\":{},\"a\":A0-4}", 4, "'__metadata__' is described twice.")]
    [TestCase("{\"__metadata__\":{\"x\":\"1\",\"x\":\"2\"}}", 0, "its metadata is not text by name.")]
    [TestCase("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "the header's entry 'a' has a key twice.")]
    [TestCase("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,4]}}", 4, "'a' of shape [1] does not lie inside the file. Was it cut short?")]
    [TestCase("{\"a\":A0-4,\"b\":A4-8}", 7, "'b' of shape [1] does not lie inside the file. Was it cut short?")]
    [TestCase(" {\"a\":A0-4}", 4, "its header is not a JSON object.")]
    public void What_the_format_does_not_allow_is_refused(string header, int length, string problem) => Assert.That(() => Keys(header, length), Refused(problem));

    [TestCase("{\"b\":A4-8,\"a\":A0-4}", 8, "b a")]
    [TestCase("{\"a\":A0-4}     ", 4, "a")]
    [TestCase("{\"e\":E0,\"a\":A0-4,\"f\":E4,\"b\":A4-8,\"g\":E8}", 8, "e a f b g")]
    [TestCase("{\"__metadata__\":{\"format\":\"pt\"},\"a\":A0-4}", 4, "a")]
    [TestCase("{}", 0, "")]
    public void What_the_format_allows_is_read(string header, int length, string keys) => Assert.That(Keys(header, length), Is.EqualTo(keys));

    [Test]
    public void A_name_of_megabytes_makes_no_message_of_megabytes() =>
        Assert.That(() => Keys($"{{\"{new string('n', 5_000_000)}\":A4-8}}", 8), Refused(
            $"4 bytes before '{new string('n', 100)}...' belong to no tensor. It is damaged, or what wrote it does not keep to the format: save it again with safetensors."));

    private NUnit.Framework.Constraints.EqualStringConstraint Refused(string problem) =>
        Throws.TypeOf<WeightFileException>().With.Message.EqualTo($"{folder["a.safetensors"]} is not a weight file that can be read: {problem}");

    /// <param name="header">JSON in which A0-4 stands for a number in the bytes from 0 to 4, and E4 for a tensor without numbers at 4.</param>
    /// <param name="length">How many bytes follow.</param>
    private string Keys(string header, int length)
    {
        var json = System.Text.RegularExpressions.Regex.Replace(header, "A(\\d+)-(\\d+)", "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[$1,$2]}");
        json = System.Text.RegularExpressions.Regex.Replace(json, "E(\\d+)", "{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[$1,$1]}");
        var bytes = Encoding.UTF8.GetBytes(json);
        var start = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(start, bytes.Length);
        File.WriteAllBytes(folder["a.safetensors"], [.. start, .. bytes, .. new byte[length]]);
        using var file = WeightFile.Open(folder["a.safetensors"]);
        return string.Join(' ', file.Weights.Keys);
    }
}
