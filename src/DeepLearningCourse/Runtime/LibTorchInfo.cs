namespace DeepLearningCourse.Runtime;

/// <summary>Which libtorch was loaded.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Folder">Its folder; null if the system's own search found it.</param>
/// <param name="Version">Its version, for instance 2.10.0; null if it does not say.</param>
/// <param name="HasCuda">Whether it was built with CUDA. Whether there is a GPU to use is <c>torch.cuda.is_available()</c>.</param>
/// <param name="IsRepaired">Whether TorchSharp's library was loaded from a repaired copy, because the system's C++ runtime is older than it asks for.</param>
public sealed record LibTorchInfo(LibTorchSource Source, string? Folder, Version? Version, bool HasCuda, bool IsRepaired)
{
    /// <summary>The version of libtorch that this library is made for.</summary>
    public static Version Expected { get; } = new(2, 10, 0);

    /// <summary>Whether it is of another minor version than <see cref="Expected"/>: it may work, without a promise.</summary>
    public bool IsOtherVersion => Version is not null && (Version.Major != Expected.Major || Version.Minor != Expected.Minor);

    /// <summary>The same in one line.</summary>
    public override string ToString()
    {
        var text = $"libtorch {Version?.ToString() ?? "of unknown version"} ({(HasCuda ? "CUDA" : "CPU")}) from {Folder ?? "the system's search path"} [{Source}]";
        text += IsRepaired ? ", with TorchSharp's library adapted to this system's C++ runtime" : "";
        return text + (IsOtherVersion ? $"; this library is made for {Expected.ToString(2)}" : "");
    }
}
