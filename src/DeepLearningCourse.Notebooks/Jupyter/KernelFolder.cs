namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>Where Jupyter looks for kernels.</summary>
internal static class KernelFolder
{
    /// <summary>The person's own folder of kernels (https://docs.jupyter.org/en/latest/use/jupyter-directories.html).</summary>
    public static string OfUser() => Path.Combine(DataOfUser(), "kernels");

    /// <summary>The folder of kernels below a prefix, such as <c>/usr/local</c> or a Python environment.</summary>
    public static string Below(string prefix) => Path.Combine(Path.GetFullPath(prefix), "share", "jupyter", "kernels");

    /// <summary>The folder of kernels of the Python environment that is active.</summary>
    /// <exception cref="InvalidOperationException">None is.</exception>
    public static string OfEnvironment() => Below(
        Variable("VIRTUAL_ENV") ?? Variable("CONDA_PREFIX")
        ?? throw new InvalidOperationException("No Python environment is active: neither VIRTUAL_ENV nor CONDA_PREFIX is set. Activate one, or give its folder with --prefix."));

    private static string DataOfUser()
    {
        if (Variable("JUPYTER_DATA_DIR") is { } chosen)
        {
            return chosen;
        }

        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter");
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsMacOS()
            ? Path.Combine(home, "Library", "Jupyter")
            : Path.Combine(Variable("XDG_DATA_HOME") ?? Path.Combine(home, ".local", "share"), "jupyter");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
