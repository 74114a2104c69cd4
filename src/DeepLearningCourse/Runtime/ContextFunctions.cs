namespace DeepLearningCourse.Runtime;

/// <summary>libtorch's settings of the whole process (<see href="https://github.com/pytorch/pytorch/blob/v2.10.0/aten/src/ATen/Context.h">Context.h</see>).</summary>
/// <remarks>Those of a Context take its address first.</remarks>
internal static unsafe class ContextFunctions
{
    public static readonly CppFunction[] All =
    [
        new("_ZN2at13globalContextEv", "?globalContext@at@@YAAEAVContext@1@XZ"),
        new("_ZNK2at7Context23deterministicAlgorithmsEv", "?deterministicAlgorithms@Context@at@@QEBA_NXZ"),
        new("_ZNK2at7Context31deterministicAlgorithmsWarnOnlyEv", "?deterministicAlgorithmsWarnOnly@Context@at@@QEBA_NXZ"),
        new("_ZN2at7Context26setDeterministicAlgorithmsEbb", "?setDeterministicAlgorithms@Context@at@@QEAAX_N0@Z"),
        new("_ZNK2at7Context36deterministicFillUninitializedMemoryEv", "?deterministicFillUninitializedMemory@Context@at@@QEBA_NXZ"),
        new("_ZN2at7Context39setDeterministicFillUninitializedMemoryEb", "?setDeterministicFillUninitializedMemory@Context@at@@QEAAX_N@Z"),
        new("_ZNK2at7Context16float32PrecisionENS_14Float32BackendENS_9Float32OpE",
            "?float32Precision@Context@at@@QEBA?AW4Float32Precision@2@W4Float32Backend@2@W4Float32Op@2@@Z"),
        new("_ZN2at7Context25setFloat32MatmulPrecisionERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE",
            "?setFloat32MatmulPrecision@Context@at@@QEAAXAEBV?$basic_string@DU?$char_traits@D@std@@V?$allocator@D@2@@std@@@Z",
            "_ZN2at7Context25setFloat32MatmulPrecisionERKNSt3__112basic_stringIcNS1_11char_traitsIcEENS1_9allocatorIcEEEE"),
    ];

    public static readonly delegate* unmanaged<nint> GlobalContext = (delegate* unmanaged<nint>)All[0].Address();
    public static readonly delegate* unmanaged<nint, byte> Deterministic = (delegate* unmanaged<nint, byte>)All[1].Address();
    public static readonly delegate* unmanaged<nint, byte> DeterministicWarnOnly = (delegate* unmanaged<nint, byte>)All[2].Address();
    public static readonly delegate* unmanaged<nint, byte, byte, void> SetDeterministic = (delegate* unmanaged<nint, byte, byte, void>)All[3].Address();
    public static readonly delegate* unmanaged<nint, byte> Fill = (delegate* unmanaged<nint, byte>)All[4].Address();
    public static readonly delegate* unmanaged<nint, byte, void> SetFill = (delegate* unmanaged<nint, byte, void>)All[5].Address();
    public static readonly delegate* unmanaged<nint, int, int, int> Float32Precision = (delegate* unmanaged<nint, int, int, int>)All[6].Address();
    public static readonly delegate* unmanaged<nint, byte*, void> SetFloat32MatmulPrecision = (delegate* unmanaged<nint, byte*, void>)All[7].Address();

    /// <summary>Whether this libtorch has all of them.</summary>
    public static readonly bool AllFound = All.All(function => function.Address() != 0);
}
