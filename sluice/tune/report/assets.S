/* Takes in the files that are part of the program; the build names their paths (assets.h). */
    .section .rodata

    .globl sluice_asset_style, sluice_asset_style_end
sluice_asset_style:
    .incbin SLUICE_REPORT_STYLE
sluice_asset_style_end:

    .globl sluice_asset_script, sluice_asset_script_end
sluice_asset_script:
    .incbin SLUICE_REPORT_SCRIPT
sluice_asset_script_end:

    .globl sluice_asset_echarts, sluice_asset_echarts_end
sluice_asset_echarts:
    .incbin SLUICE_REPORT_ECHARTS
sluice_asset_echarts_end:

    .section .note.GNU-stack, "", @progbits
