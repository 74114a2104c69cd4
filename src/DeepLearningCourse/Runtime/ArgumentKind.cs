namespace DeepLearningCourse.Runtime;

/// <summary>What a place of an <see cref="ArgumentStack"/> owns.</summary>
internal enum ArgumentKind : byte
{
    /// <summary>Nothing: a number, or no value.</summary>
    Value,

    /// <summary>A handle of a tensor.</summary>
    Tensor,

    /// <summary>A box with the handle of a tensor.</summary>
    Optional,

    /// <summary>A native list of handles of tensors.</summary>
    List,
}
