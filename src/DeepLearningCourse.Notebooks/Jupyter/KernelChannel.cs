namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>The sockets that carry messages; the heartbeat carries none.</summary>
internal enum KernelChannel
{
    /// <summary>Requests that are answered in their order, the execution of cells among them.</summary>
    Shell,

    /// <summary>Requests that are answered at once, while a cell runs too.</summary>
    Control,

    /// <summary>Questions of the kernel to the person.</summary>
    StandardInput,

    /// <summary>What every client sees: outputs and the kernel's state.</summary>
    Publish,
}
