using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>The numbers of the storages of a file. Tied weights have one in common, so that they are still tied in Python.</summary>
internal sealed class SharedStorages
{
    private readonly Dictionary<Memory, int> numbers = [];
    private readonly List<Tensor> tensors = [];

    /// <summary>A tensor over each storage, by the storage's number.</summary>
    public IReadOnlyList<Tensor> Tensors => tensors;

    public int NumberOf(Tensor tensor)
    {
        var memory = MemoryOf(tensor);

        if (!numbers.TryGetValue(memory, out var number))
        {
            number = tensors.Count;
            numbers.Add(memory, number);
            tensors.Add(tensor);
        }

        return number;
    }

    /// <summary>Equal for tensors over the same memory. A view that has to be copied to be written stands for itself.</summary>
    private Memory MemoryOf(Tensor tensor)
    {
        var length = tensor.numel() * tensor.element_size();
        return length > 0 && tensor.is_contiguous() && !tensor.is_conj() && !tensor.is_neg()
            ? new Memory(tensor.device.ToString(), tensor.dtype, tensor.DataPointer(), length)
            : new Memory("", tensor.dtype, tensors.Count, 0);
    }

    private sealed record Memory(string Place, ScalarType Dtype, nint Start, long Length);
}
