using System.Diagnostics.CodeAnalysis;

namespace DeepLearningCourse.Training;

/// <summary>In what type of number a network is trained. The parameters, their gradients and the optimizer's state are float32 in each.</summary>
/// <remarks>Python's <c>torch.autocast</c> and <c>torch.amp.GradScaler</c>: <see href="https://pytorch.org/docs/stable/amp.html"/>.</remarks>
[SuppressMessage("Naming", "CA1720", Justification = "The types of numbers are what it is about; these are PyTorch's names of them.")]
public enum Precision
{
    /// <summary>float32 throughout.</summary>
    Float32,

    /// <summary>Products of matrices and convolutions in bfloat16, which has the range of float32 and 8 bits of precision. For GPUs from Ampere on, and for
    /// processors with instructions for it; on others it works and is slower.</summary>
    BFloat16,

    /// <summary>Products of matrices and convolutions in float16, which has 11 bits of precision and ends at 65,504; the loss is scaled so that small gradients
    /// do not become 0. For GPUs only.</summary>
    Float16,
}
