using DeepLearningCourse.Data.Formats;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>The sentences for pickles that hold something else than tensors.</summary>
internal static class PickleRefusals
{
    public static string Unknown(PickleGlobal global) =>
        $"it asks for the Python object '{Short(global)}', and only tensors and plain values are read. "
        + "Save the state dict alone: torch.save(model.state_dict(), path).";

    public static string WholeObject(PickleGlobal global) =>
        $"it holds a whole object of the Python class '{Short(global)}', as torch.save(model, path) writes it, and only tensors and plain values are read. "
        + "Save the state dict alone: torch.save(model.state_dict(), path).";

    /// <summary>Names come from the file.</summary>
    public static string Short(object text) => Excerpt.Of(text.ToString() ?? "");
}
