namespace DeepLearningCourse.Runtime;

/// <summary>Where the libtorch that was loaded comes from.</summary>
public enum LibTorchSource
{
    /// <summary>From a libtorch package, in the program's folder or the package cache.</summary>
    Package,

    /// <summary>From the folder that the environment variable <c>LIBTORCH</c> names.</summary>
    Folder,

    /// <summary>From the PyTorch that Python finds, because <c>LIBTORCH_USE_PYTORCH=1</c>.</summary>
    PyTorch,

    /// <summary>From the system's own search for libraries, for instance <c>LD_LIBRARY_PATH</c> or <c>PATH</c>.</summary>
    System,
}
