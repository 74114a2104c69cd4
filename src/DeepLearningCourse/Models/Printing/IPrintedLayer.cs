namespace DeepLearningCourse.Models.Printing;

/// <summary>A layer of this library that tells the printer what TorchSharp's layers show in their properties.</summary>
internal interface IPrintedLayer
{
    /// <summary>The class, as PyTorch names it.</summary>
    string PrintedName { get; }

    /// <summary>What stands between the parentheses.</summary>
    string PrintedArguments { get; }
}
