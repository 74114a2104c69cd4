namespace DeepLearningCourse.Runtime;

/// <summary>libtorch's switches of autocast (<see href="https://github.com/pytorch/pytorch/blob/v2.10.0/aten/src/ATen/autocast_mode.h">autocast_mode.h</see>).</summary>
/// <remarks>
/// DeviceType and ScalarType are int8_t. Those that take a device end the program, as an exception of C++'s does, for a device without autocast: the
/// caller has to know that it has one.
/// </remarks>
internal static unsafe class AutocastFunctions
{
    public static readonly CppFunction[] All =
    [
        new("_ZN2at8autocast19is_autocast_enabledEN3c1010DeviceTypeE", "?is_autocast_enabled@autocast@at@@YA_NW4DeviceType@c10@@@Z"),
        new("_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", "?set_autocast_enabled@autocast@at@@YAXW4DeviceType@c10@@_N@Z"),
        new("_ZN2at8autocast18get_autocast_dtypeEN3c1010DeviceTypeE", "?get_autocast_dtype@autocast@at@@YA?AW4ScalarType@c10@@W4DeviceType@4@@Z"),
        new("_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE", "?set_autocast_dtype@autocast@at@@YAXW4DeviceType@c10@@W4ScalarType@4@@Z"),
        new("_ZN2at8autocast25is_autocast_cache_enabledEv", "?is_autocast_cache_enabled@autocast@at@@YA_NXZ"),
        new("_ZN2at8autocast26set_autocast_cache_enabledEb", "?set_autocast_cache_enabled@autocast@at@@YAX_N@Z"),
        new("_ZN2at8autocast17increment_nestingEv", "?increment_nesting@autocast@at@@YAHXZ"),
        new("_ZN2at8autocast17decrement_nestingEv", "?decrement_nesting@autocast@at@@YAHXZ"),
        new("_ZN2at8autocast11clear_cacheEv", "?clear_cache@autocast@at@@YAXXZ"),
    ];

    public static readonly delegate* unmanaged<sbyte, byte> IsEnabled = (delegate* unmanaged<sbyte, byte>)All[0].Address();
    public static readonly delegate* unmanaged<sbyte, byte, void> SetEnabled = (delegate* unmanaged<sbyte, byte, void>)All[1].Address();
    public static readonly delegate* unmanaged<sbyte, sbyte> GetDtype = (delegate* unmanaged<sbyte, sbyte>)All[2].Address();
    public static readonly delegate* unmanaged<sbyte, sbyte, void> SetDtype = (delegate* unmanaged<sbyte, sbyte, void>)All[3].Address();
    public static readonly delegate* unmanaged<byte> IsCacheEnabled = (delegate* unmanaged<byte>)All[4].Address();
    public static readonly delegate* unmanaged<byte, void> SetCacheEnabled = (delegate* unmanaged<byte, void>)All[5].Address();
    public static readonly delegate* unmanaged<int> IncrementNesting = (delegate* unmanaged<int>)All[6].Address();
    public static readonly delegate* unmanaged<int> DecrementNesting = (delegate* unmanaged<int>)All[7].Address();
    public static readonly delegate* unmanaged<void> ClearCache = (delegate* unmanaged<void>)All[8].Address();

    /// <summary>Whether this libtorch has all of them.</summary>
    public static readonly bool AllFound = All.All(function => function.Address() != 0);
}
