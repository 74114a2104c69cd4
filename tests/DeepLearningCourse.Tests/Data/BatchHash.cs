using System.Security.Cryptography;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

/// <summary>SHA-256 of batches, bit for bit, with their shapes and in their order.</summary>
internal static class BatchHash
{
    public static string Of(IEnumerable<Tensor> batches)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        foreach (var batch in batches)
        {
            Add(hash, batch);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    public static string Of(DataLoader<(Tensor, Tensor)> loader, int epochs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        for (var epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var (X, y) in loader)
            {
                Add(hash, X);
                Add(hash, y);
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, Tensor tensor)
    {
        foreach (var extent in tensor.shape)
        {
            hash.AppendData(BitConverter.GetBytes(extent));
        }

        using var contiguous = tensor.contiguous();
        hash.AppendData(contiguous.bytes);
    }
}
