using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Pickle;

namespace DeepLearningCourse.Optimization.StateFiles;

/// <summary>Which format a file of an optimizer's state has: told by its name when it is written, and by name or contents when it is read.</summary>
internal static class StateFormats
{
    /// <summary>Text that goes with every file.</summary>
    public static KeyValuePair<string, string> Library { get; } =
        new("library", $"DeepLearningCourse {typeof(StateFormats).Assembly.GetName().Version!.ToString(3)}");

    public static void Save(string path, OptimizerStateDict state)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);

        switch (Path.GetExtension(path).ToUpperInvariant())
        {
            case ".PT" or ".PTH":
                TorchState.Save(path, state);
                break;
            case ".SAFETENSORS" or "":
                SafetensorsState.Save(path, state);
                break;
            default:
                throw new ArgumentException(
                    $"The name {Path.GetFileName(path)} does not say a format of an optimizer's state: end it in .safetensors, or in .pt or .pth (PyTorch).", nameof(path));
        }
    }

    public static OptimizerStateDict Load(string path, string? root)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);

        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file {path} with an optimizer's state. Save one first with optimizer.SaveState(path).", path);
        }

        try
        {
            if (IsPyTorch(path))
            {
                return TorchState.Load(path, root);
            }

            return root is null ? SafetensorsState.Load(path) : throw new ArgumentException(
                $"{path} is not a file of PyTorch, whose checkpoints have the state under names such as '{root}'. Leave root out.", nameof(root));
        }
        catch (WeightFileException exception)
        {
            throw new OptimizerFileException(path, exception.Problem, exception);
        }
        catch (PickleException exception)
        {
            throw new OptimizerFileException(path, exception.Message, exception);
        }
    }

    // Other programs call PyTorch's files what they like.
    private static bool IsPyTorch(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".SAFETENSORS" => false,
        ".PT" or ".PTH" => true,
        _ => TorchFile.IsZip(path) || TorchFile.IsOld(path),
    };
}
